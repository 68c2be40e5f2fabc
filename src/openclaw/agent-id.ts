/**
 * The id that OpenClaw makes of a name, which is also its folder below `agents/`: lower case, every run of other
 * characters than `a-z0-9_-` as one dash, no dash at the ends, 64 characters; `main` where nothing is left. The same rule
 * in the shipped code of 2026.1.24-3, 2026.2.17, 2026.4.29, 2026.7.1 and 2026.9.6 (`normalizeAgentId`).
 */
export function agentIdOf(name: string): string {
  const lower = name.trim().toLowerCase();
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(lower)) return lower;
  const dashed = lower
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .replace(/(?<!-)-+$/, '');
  return dashed.slice(0, 64) || 'main';
}

/** Whether OpenClaw takes `id` as it is. */
export function isAgentId(id: string): boolean {
  return agentIdOf(id) === id;
}
