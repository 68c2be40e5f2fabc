/** The rows that every list of facts has, in the order of the first screen; `full` lists have more between them. */
export const LABELS = {
  openclaw: 'OpenClaw',
  gateway: 'Gateway',
  claude: 'Claude Code',
  model: 'Model',
  agents: 'Agents',
  profiles: 'Sign-in',
  cron: 'Cron',
} as const;
