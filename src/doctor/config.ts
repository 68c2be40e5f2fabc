import { basename } from 'node:path';
import type { EditData } from '../actions/params.ts';
import type { Facts } from '../facts/types.ts';
import type { ConfigIssue } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { shellQuote } from '../text.ts';
import { error, info, warning } from './types.ts';
import { SETUP, several, typed } from './words.ts';

const UNREAD = ['openclaw.fails', 'openclaw.silent', 'profile.unknown'];

/** Whether OpenClaw's configuration can be read and is one. */
export const config = [
  error('config.unreadable', 'The configuration cannot be read', {
    blocks: true,
    needs: ['release'],
    explains: UNREAD,
    detect: (_, facts) => {
      const unread = facts.state.known ? facts.config : facts.state;
      return unread.known || unread.reason === 'waiting' ? null : [unread.detail];
    },
    explain: (detail, { state }) => ({
      says: `${factValue(state)?.configPath ?? 'The state directory of OpenClaw'} cannot be read.`,
      why: detail.replace(/\.?$/, '.'),
    }),
    next: (_, { state }) => {
      const path = factValue(state)?.configPath;
      return path === undefined ? `${SETUP} status --details` : `ls -ld ${shellQuote(path)}`;
    },
  }),
  error('config.cut-off', 'The configuration ends in the middle', {
    blocks: true,
    needs: ['config', 'configBackup'],
    explains: [...UNREAD, 'config.unparseable', 'config.invalid', 'gateway.restarting'],
    detect: ({ config: { path, syntaxError }, configBackup: copy }) =>
      syntaxError === null || !copy?.cutOff ? null : [{ ...syntaxError, file: path, copy: copy.file }],
    explain: ({ copy, file, message: _, ...at }) => ({
      says: `${file} ends in the middle (line ${at.line}): it does not parse.`,
      why: `A full disk or a crash cut the write short. ${copy} is complete: the last state that OpenClaw kept.`,
      at: { ...at, file },
    }),
    next: ({ copy, file }) => `cp -p ${shellQuote(copy)} ${shellQuote(file)}`,
    fix: ({ copy, file }) => [
      {
        kind: 'restore',
        says: `Put back ${basename(copy)}`,
        because: 'The configuration was cut off.',
        from: copy,
        file,
      },
    ],
  }),
  error('config.unparseable', 'The configuration does not parse', {
    blocks: true,
    needs: ['config'],
    explains: [...UNREAD, 'config.invalid', 'gateway.restarting'],
    detect: ({ config }) => {
      const { path, syntaxError } = config;
      return syntaxError === null ? null : [{ ...syntaxError, file: path }];
    },
    explain: ({ message, ...at }) => ({
      says: `${at.file} does not parse: ${message.replace(/\.$/, '')}`,
      why: 'OpenClaw would refuse it too.',
      at,
    }),
    next: ({ file, line }) => editorAt(file, line),
  }),
  error('config.invalid', 'OpenClaw refuses its configuration', {
    blocks: true,
    needs: ['config', 'validation'],
    explains: UNREAD,
    detect: ({ config, validation: { valid, issues } }) => (valid ? null : [{ issues, file: config.path }]),
    explain: ({ issues, file }) => {
      const [issue] = issues;
      const said = issue ? `${issue.path ? `${issue.path}: ` : ''}${issue.message}` : 'it says no more';
      return {
        says: `OpenClaw refuses its own configuration: ${said}`,
        why: adviceFor(issues)?.says ?? 'OpenClaw accepts no change until this is fixed.',
        ...(issue?.line === undefined ? {} : { at: { file, line: issue.line, column: issue.column ?? 1 } }),
      };
    },
    next: ({ issues, file }, facts) => {
      if (adviceFor(issues)?.byHand !== true) return typed(facts, 'doctor', '--fix');
      return editorAt(file, issues.find(({ line }) => line !== undefined)?.line ?? 1);
    },
  }),
  warning('config.lost-keys', 'The configuration lost keys that its copy has', {
    needs: ['config', 'configBackup'],
    detect: ({ config, configBackup: copy }, facts) => {
      const lost = (copy?.lost ?? []).filter(({ path }) => isNeeded(path, facts));
      return copy === null || lost.length === 0 ? null : [{ lost, copy: copy.file, file: config.path }];
    },
    explain: ({ lost, copy, file }) => ({
      says: `${file} lost ${several(lost.map(({ path }) => path.join('.')))}, which ${copy} still has.`,
      why: "OpenClaw's old setup menu rewrote the file without what it did not know. If you removed them yourself, all is well.",
    }),
    next: ({ copy, file }) => `diff ${shellQuote(copy)} ${shellQuote(file)}`,
    // What may hold a secret is never carried in a plan: then all of it is the person's to put back.
    fix: ({ lost, copy }) => {
      if (lost.some(({ value }) => value === undefined)) return [];
      const edits = lost.map(({ path, value }): EditData => {
        const inList = path[1] === 'list' && path.length === 3;
        return inList ? { op: 'insert', path: path.slice(0, 2), value } : { op: 'set', path: [...path], value };
      });
      return [{ kind: 'config', says: 'Put back what the configuration lost', because: `${copy} has it.`, edits }];
    },
  }),
  info('config.route-changed', 'The last write changed a model', {
    needs: ['configBackup', 'release'],
    // Run on 2026.9.6: its `doctor --fix` renames models in the defaults and in provider blocks.
    detect: ({ configBackup: copy }) =>
      copy === null ? null : copy.models.map((one) => ({ ...one, copy: copy.file })),
    explain: ({ agent, before, now, copy }) => ({
      says: `${agent === null ? 'The default model' : `The model of ${agent}`} changed from ${before} to ${now} since ${copy}.`,
      why: "If that was not you, it was OpenClaw's doctor or an update: both may rename models.",
    }),
    next: ({ agent, before, copy }, facts) =>
      agent === null
        ? typed(facts, 'models', 'set', shellQuote(before))
        : `diff ${shellQuote(copy)} ${shellQuote(factValue(facts.config)?.path ?? '')}`,
  }),
];

/** An entry of `auth.profiles` counts where its profile is still stored: `models auth logout` takes both away. */
function isNeeded(path: readonly (string | number)[], { profiles }: Facts): boolean {
  if (path[0] !== 'auth' || path.length < 3) return true;
  return (factValue(profiles) ?? []).some(({ id }) => id === path[2]);
}

interface Advice {
  /** What to do, one sentence. */
  readonly says: string;
  /** OpenClaw's own doctor refuses to touch it. */
  readonly byHand?: true;
}

/**
 * From the words of its validator (2026.8.2 and 2026.9.6 have the same): each advice was followed on both. Their doctor
 * fixes a roster that names no owner and a `meta.lastTouchedAt` from before 2026.8.1, and refuses to touch the other two.
 * null where OpenClaw's own words and its doctor say enough.
 */
function adviceFor(issues: readonly ConfigIssue[]): Advice | null {
  const says = issues.map(({ message }) => message).join('\n');
  if (/ownership=explicit cannot be combined with a legacy default=true/.test(says)) {
    const says = 'Remove  default: true  from every agent: with  ownership: "explicit"  none may have it.';
    return { says, byHand: true };
  }
  if (/at most one default=true/.test(says)) return { says: 'Keep  default: true  in one agent only.', byHand: true };
  if (/multi-agent rosters require agents\.ownership/.test(says)) {
    return { says: 'Add  ownership: "explicit"  to agents, or let its doctor do it.' };
  }
  if (issues.some(({ path, message }) => path === 'meta' && message.includes('lastTouchedAt'))) {
    return {
      says: 'An older OpenClaw wrote it. This release keeps that date elsewhere, and its doctor moves it.',
    };
  }
  return null;
}
