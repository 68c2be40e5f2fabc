import { type DoctorCase, type DoctorHome, NOW, SECRETS } from '../../../support/doctor-home.ts';
import { relay } from './models.ts';

const chat = (home: DoctorHome, pins: object, agent = 'main') =>
  home.file(`.openclaw/agents/${agent}/sessions/sessions.json`, {
    [`agent:${agent}:main`]: {
      sessionId: 'a',
      updatedAt: NOW,
      modelProvider: 'anthropic',
      model: 'claude-opus-4-6',
      ...pins,
    },
    [`agent:${agent}:telegram:1`]: { sessionId: 'b', updatedAt: NOW },
  });

function secondAccount(home: DoctorHome): void {
  for (const store of Object.values(home.stores)) {
    store.profiles['anthropic:work'] = { type: 'token', provider: 'anthropic', token: SECRETS.otherToken };
    store.profiles['openai:me'] = { type: 'api_key', provider: 'openai', key: 'sk-other' };
  }
  home.config.auth.profiles['anthropic:work'] = { provider: 'anthropic', mode: 'token' };
  home.config.auth.profiles['openai:me'] = { provider: 'openai', mode: 'api_key' };
  home.config.auth.order = { anthropic: ['anthropic:default', 'anthropic:work'] };
}

export const session: readonly DoctorCase[] = [
  {
    title: 'a chat of lite is pinned to a bridge that is still there',
    release: '2026.2.17',
    lay: (home) => {
      relay(home);
      chat(home, { modelOverride: 'claude-opus-4', providerOverride: 'relay', modelOverrideSource: 'user' }, 'lite');
    },
    owes: { id: 'session.model-pin', level: 'warning', says: /agent:lite:main.*relay\/claude-opus-4/, fixes: true },
  },
  {
    title: 'a chat is pinned to a retired model',
    release: '2026.6.5',
    lay: (home) => chat(home, { modelOverride: 'claude-sonnet-4', providerOverride: 'anthropic' }),
    owes: { id: 'session.model-pin', level: 'warning', says: /retired/, fixes: true },
  },
  {
    title: 'chats use other models that are there',
    release: '2026.2.17',
    lay: (home) => {
      chat(home, { modelOverride: 'claude-sonnet-4-5', providerOverride: 'anthropic' });
      chat(home, { modelOverride: 'gpt-5', providerOverride: 'openai' }, 'lite');
    },
    owes: null,
  },
  {
    title: 'the person chose another account in a chat',
    release: '2026.2.17',
    lay: (home) => {
      secondAccount(home);
      chat(home, { authProfileOverride: 'anthropic:work', authProfileOverrideSource: 'user' });
    },
    owes: {
      id: 'session.profile-pin',
      level: 'warning',
      says: /anthropic:work, where everything else uses anthropic:default/,
      fixes: true,
    },
  },
  {
    title: 'OpenClaw itself keeps a chat on one of two accounts',
    release: '2026.2.17',
    lay: (home) => {
      secondAccount(home);
      chat(home, { authProfileOverride: 'anthropic:work', authProfileOverrideSource: 'auto' });
      chat(home, { authProfileOverride: 'openai:me', authProfileOverrideSource: 'user' }, 'lite');
    },
    owes: null,
  },
  {
    title: 'the list of chats is no JSON',
    release: '2026.2.17',
    lay: (home) => home.file('.openclaw/agents/main/sessions/sessions.json', '{ "agent:main:main": '),
    owes: null,
  },
  {
    title: 'a list of chats that this release does not read any more',
    release: '2026.9.6',
    lay: (home) => chat(home, { modelOverride: 'claude-opus-4', providerOverride: 'openai' }),
    owes: null,
  },
];
