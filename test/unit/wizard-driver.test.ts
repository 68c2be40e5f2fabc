import { describe, expect, it } from 'vitest';
import { createWizard, type Wizard } from '../../components/driver.ts';
import type { Services, SignInView } from '../../components/services.ts';
import type { Stage, State } from '../../components/state.ts';
import { Secret } from '../../src/system/secret.ts';
import { signedOutMachine } from '../support/canned-facts.ts';
import { proxyHome } from '../support/canned-proxy.ts';
import { cannedReceipt, cannedServices, FAKE_TOKEN } from '../support/canned-services.ts';

/** Resolves once the state is as wanted; a test that waits in vain ends by its own time limit. */
function until(wizard: Wizard, wanted: (state: State) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!wanted(wizard.state())) return;
      stop();
      resolve();
    };
    const stop = wizard.subscribe(look);
    look();
  });
}
const at = (stage: Stage) => (state: State) => state.stage === stage;

async function upTo(services: Services, stage: 'look' | 'sign in' | 'review'): Promise<Wizard> {
  const wizard = createWizard({ version: '1.0.0', services: async () => services });
  wizard.start();
  await until(wizard, (state) => state.gathered && state.offer !== null && state.leftover === null);
  if (stage === 'look') return wizard;
  wizard.dispatch({ type: 'accept' });
  wizard.dispatch({ type: 'accept' });
  await until(wizard, (state) => state.signIn.session.state === 'waiting for code');
  if (stage === 'sign in') return wizard;
  wizard.dispatch({ type: 'secret typed', text: new Secret('CODE#STATE') });
  wizard.dispatch({ type: 'accept' });
  await until(wizard, (state) => state.secret !== null);
  for (let n = 0; n < 3; n += 1) wizard.dispatch({ type: 'accept' });
  await until(wizard, (state) => state.plan !== null);
  return wizard;
}

describe('the driver', () => {
  it('asks for no service before it is started', () => {
    let asked = 0;
    createWizard({
      version: '1.0.0',
      services: async () => {
        asked += 1;
        return cannedServices();
      },
    });
    expect(asked).toBe(0);
  });

  it('looks around while its other services are still being loaded', async () => {
    const { gatherFacts, ...rest } = cannedServices();
    let load: (services: Services) => void = () => {};
    const wizard = createWizard({
      version: '1.0.0',
      looking: async () => ({ gatherFacts }),
      services: () => new Promise((resolve) => (load = resolve)),
    });
    wizard.start();
    await until(wizard, (state) => state.gathered);
    expect(wizard.state().leftover).toBe('unknown');
    const again = () => Promise.reject(new Error('looked twice'));
    load({ ...rest, gatherFacts: again });
    await until(wizard, (state) => state.offer !== null && state.leftover === null);
    expect(wizard.state().offerProblem).toBe(null);
  });

  it('hands the token to apply, and to nothing else', async () => {
    const given: (string | undefined)[] = [];
    const base = cannedServices();
    const wizard = await upTo(
      {
        ...base,
        apply: (plan, secret, onEvent, signal) => {
          given.push(secret?.value.reveal((text) => text));
          return base.apply(plan, secret, onEvent, signal);
        },
      },
      'review',
    );
    wizard.dispatch({ type: 'accept' });
    await until(wizard, at('verify'));
    expect(given).toEqual([FAKE_TOKEN]);
  });

  it('lets the running step end when the person stops, and starts no other', async () => {
    const begun: number[] = [];
    const base = cannedServices({ pace: 5 });
    const services: Services = {
      ...base,
      apply: (plan, run, onEvent, signal) =>
        base.apply(
          plan,
          run,
          (event) => {
            if (event.type === 'step') begun.push(event.index);
            onEvent(event);
          },
          signal,
        ),
    };
    const wizard = await upTo(services, 'review');
    wizard.dispatch({ type: 'accept' });
    await until(wizard, (state) => state.run?.steps[0]?.state === 'running');
    wizard.dispatch({ type: 'interrupt' });
    await until(wizard, at('failed'));
    expect(begun).toEqual([0]);
    expect(wizard.state().run?.steps[0]?.state).toBe('done');
  });

  it('does not listen to a sign-in that was taken back', async () => {
    const tells: ((view: SignInView) => void)[] = [];
    let cancelled = 0;
    const base = cannedServices();
    const services: Services = {
      ...base,
      startSignIn: (facts, method, onState) => {
        tells.push(onState);
        const session = base.startSignIn(facts, method, onState);
        return {
          ...session,
          cancel: async () => {
            cancelled += 1;
          },
        };
      },
    };
    const wizard = await upTo(services, 'sign in');
    wizard.dispatch({ type: 'retry sign-in' });
    await until(wizard, () => tells.length === 2);
    await until(wizard, (state) => state.signIn.session.state === 'waiting for code');
    expect(cancelled).toBe(1);
    tells[0]?.({ state: 'refused', says: 'from the old one' });
    expect(wizard.state().signIn.session.state).toBe('waiting for code');
    wizard.dispatch({ type: 'interrupt' });
    expect(await wizard.left).toBe(130);
    expect(cancelled).toBe(2);
  });

  it('leaves only once a login that was handed a code has ended, and hears that it worked', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const base = cannedServices({ facts: signedOutMachine(), home: proxyHome });
    const services: Services = {
      ...base,
      startLogin: (_facts, onState) => {
        onState({ state: 'waiting for code', url: 'https://claude.com/x', opened: false });
        return {
          submitCode: () => onState({ state: 'checking code', url: 'https://claude.com/x' }),
          retry: () => {},
          cancel: async () => {
            await ended;
            onState({ state: 'signed in', receipt: cannedReceipt('applied') });
          },
        };
      },
    };
    const login = async () => {
      const wizard = createWizard({ version: '1.0.0', services: async () => services });
      wizard.start();
      await until(wizard, (state) => state.gathered && state.stage === 'home');
      for (const type of ['show wrong', 'accept'] as const) wizard.dispatch({ type });
      await until(wizard, (state) => state.signIn.session.state === 'waiting for code');
      wizard.dispatch({ type: 'secret typed', text: new Secret('CODE#STATE') });
      wizard.dispatch({ type: 'accept' });
      wizard.dispatch({ type: 'interrupt' });
      await until(wizard, (state) => state.signIn.session.state === 'ending');
      return wizard;
    };
    const [stays, leaves] = [await login(), await login()];
    leaves.dispatch({ type: 'interrupt' });
    let left: number | null = null;
    void leaves.left.then((code) => {
      left = code;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBeNull();
    end();
    expect(await leaves.left).toBe(130);
    await until(stays, at('doctor'));
  });

  it('stops looking around when the person leaves', async () => {
    let seen: AbortSignal | null = null;
    const services: Services = {
      ...cannedServices(),
      gatherFacts: (_onFact, signal) =>
        new Promise((_resolve, reject) => {
          seen = signal;
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    };
    const wizard = createWizard({ version: '1.0.0', services: async () => services });
    wizard.start();
    await until(wizard, (state) => state.leftover === null);
    wizard.dispatch({ type: 'leave' });
    expect(await wizard.left).toBe(0);
    expect((seen as AbortSignal | null)?.aborted).toBe(true);
  });

  it.each(['offer', 'plan', 'apply', 'verify'] as const)('tells when %s throws, and can be left', async (name) => {
    const broken = () => Promise.reject(new Error('it broke'));
    const services = { ...cannedServices(), [name]: broken } as Services;
    if (name === 'offer') {
      const wizard = createWizard({ version: '1.0.0', services: async () => services });
      wizard.start();
      await until(wizard, (state) => state.offerProblem?.what === 'it broke');
      wizard.dispatch({ type: 'leave' });
      expect(await wizard.left).toBe(0);
      return;
    }
    if (name === 'plan') {
      const wizard = await upTo(services, 'sign in');
      wizard.dispatch({ type: 'secret typed', text: new Secret('CODE#STATE') });
      wizard.dispatch({ type: 'accept' });
      await until(wizard, (state) => state.secret !== null);
      for (let n = 0; n < 3; n += 1) wizard.dispatch({ type: 'accept' });
      await until(wizard, (state) => state.planProblem?.what === 'it broke');
      return;
    }
    const wizard = await upTo(services, 'review');
    wizard.dispatch({ type: 'accept' });
    if (name === 'apply') await until(wizard, (state) => state.run?.problem?.what === 'it broke');
    else {
      await until(wizard, at('verify'));
      wizard.dispatch({ type: 'accept' });
      await until(wizard, (state) => state.verification.worst === 'crashed');
    }
    wizard.dispatch({ type: 'interrupt' });
    expect(await wizard.left).toBeGreaterThan(0);
  });
});
