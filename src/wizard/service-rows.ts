import type { Answers } from '../methods/types.ts';
import type { Choice } from './choice.ts';
import { methodOf, type State } from './state.ts';

/** What each upstream is called, and when to choose it. */
const UPSTREAMS: Readonly<Record<Answers['upstream'], { readonly label: string; readonly when: string }>> = {
  direct: { label: 'Claude Code itself', when: 'the simplest; prompts of any size' },
  'claude-max-api': {
    label: 'claude-max-api-proxy',
    when: 'only if you want that program; prompts up to 128 KiB',
  },
};

/** Rows of the models screen that only a way with services of its own has. */
export function serviceRows(state: State, answers: Answers): readonly Choice[] {
  const asks = methodOf(state)?.asks ?? [];
  const rows: Choice[] = [];
  if (asks.includes('upstream')) {
    const { label, when } = UPSTREAMS[answers.upstream];
    rows.push({ id: 'upstream', label: 'Answers by', aside: `${label}: ${when}` });
  }
  if (asks.includes('service')) rows.push(serviceRow(state, answers));
  if (asks.includes('gatewayNoRespawn')) {
    rows.push({
      id: 'gatewayNoRespawn',
      label: 'Restart loop',
      aside: answers.gatewayNoRespawn ? 'OPENCLAW_NO_RESPAWN=1 for the gateway' : 'leave the gateway’s unit alone',
      more: ['Only for a gateway that its service manager starts again and again.'],
    });
  }
  return rows;
}

function serviceRow(state: State, answers: Answers): Choice {
  const row = { id: 'service', label: 'Service' };
  const { services } = state.facts;
  const manager = services.known ? services.value.manager : null;
  if (manager?.ok === false) return { ...row, aside: 'you run it yourself', disabled: { because: manager.because } };
  if (answers.service === 'none') return { ...row, aside: 'none: you run it yourself' };
  const agent = manager?.manager === 'launchd';
  // Linger, a session that is no login: what keeps a service from doing what it is installed for.
  const more = (manager?.notes ?? []).flatMap(({ says, next }) => [
    says,
    ...(next === undefined ? [] : [`run  ${next}`]),
  ]);
  return { ...row, aside: `${agent ? 'launch agent' : 'systemd service'}, started with the machine`, more };
}

export function upstreamOptions(answers: Answers): readonly Choice[] {
  return (Object.keys(UPSTREAMS) as Answers['upstream'][]).map((id) => ({
    id,
    label: UPSTREAMS[id].label,
    aside: UPSTREAMS[id].when,
    checked: answers.upstream === id,
  }));
}
