import { isPlainWord } from './words.ts';

export type NameKind = 'agent' | 'profile' | 'provider' | 'model' | 'alias' | 'job' | 'folder' | 'unit' | 'key';

/** Names that every installation has. */
const COMMON: Readonly<Record<NameKind, ReadonlySet<string>>> = {
  agent: new Set(['main', 'default']),
  profile: new Set(['default', 'manual', 'claude-cli', 'claude']),
  provider: new Set(
    `anthropic openai openai-codex google google-gemini-cli openrouter groq mistral xai deepseek ollama lmstudio vllm
    amazon-bedrock github-copilot moonshot minimax qwen zai cerebras claude-cli`.split(/\s+/),
  ),
  model: new Set(['opus', 'sonnet', 'haiku']),
  alias: new Set(['opus', 'sonnet', 'haiku', 'fable', 'mythos', 'gpt', 'gemini', 'default', 'fast', 'cheap']),
  job: new Set<string>(),
  folder: new Set(
    `usr local bin sbin lib lib64 opt share etc home var run snap nix store root Users Library Application Support
    node_modules npm npm-global pnpm yarn bun global .npm-global .npm .nvm versions node v .volta .asdf .fnm mise .bun
    .local .config .cache state installs shims tools image homebrew Cellar linuxbrew .linuxbrew
    openclaw clawdbot moltbot .openclaw .clawdbot .moltbot .claude claude claude-code @anthropic-ai agents agent main
    workspace sessions cron credentials data app systemd user system LaunchAgents dist`.split(/\s+/),
  ),
  unit: new Set(
    `openclaw-gateway clawdbot-gateway ai.openclaw.gateway com.clawdbot.gateway claude-max-api
    openclaw-content-normalizer com.claude-max-api content-normalizer-proxy.js`.split(/\s+/),
  ),
  key: new Set(`baseUrl apiKey contextWindow maxTokens modelPolicy systemAgent ownership`.split(/\s+/)),
};

const FILES =
  /^(openclaw|clawdbot|claude|node|auth-profiles|auth-state|models|jobs|jobs-state|settings|package|openclaw-agent|cli|index|entry|openclaw-gateway|clawdbot-gateway|\.env|\.claude)(\.(json5?|m?js|cjs|sqlite|service|plist|cmd|exe|sh))?$/;
const SUFFIX = /\.(json5?|m?js|cjs|sqlite|service|timer|plist|env|sh)$/;

/** Models whose names are public, whoever serves them. */
const MODEL =
  /^(claude-(opus|sonnet|haiku|fable|mythos|instant)(-\d{1,2}){1,2}(-(latest|20[23]\d[01]\d[0-3]\d))?|claude-\d(-\d)?-(opus|sonnet|haiku)(-(latest|20[23]\d[01]\d[0-3]\d))?|gpt-\d(\.\d)?o?(-(mini|nano|pro|codex|turbo))?|o[134](-(mini|pro))?|gemini-\d(\.\d)?-(pro|flash|flash-lite))$/;

/**
 * Public stand-ins for private names: the same name always gets the same one (`agent-1`), so that a report still tells
 * what belongs together. Names that every installation has stay.
 */
export class Names {
  readonly #given = new Map<string, string>();
  readonly #count = new Map<NameKind, number>();
  /** Every private name met so far, in lower case. */
  readonly private = new Set<string>();
  readonly #home: string;

  /** `ours`: ids of providers that we set up. */
  constructor(home: string, ours: readonly string[] = []) {
    for (const id of ours) this.#given.set(`provider ${id}`, id);
    this.#home = home.replace(/\/+$/, '');
  }

  of(kind: NameKind, name: string): string {
    if (COMMON[kind].has(kind === 'alias' ? name.toLowerCase() : name)) return name;
    const key = `${kind} ${name}`;
    const before = this.#given.get(key);
    if (before !== undefined) return before;
    const number = (this.#count.get(kind) ?? 0) + 1;
    this.#count.set(kind, number);
    const stand = `${kind}-${number}`;
    this.#given.set(key, stand);
    if (name.length > 1) this.private.add(name.toLowerCase());
    return stand;
  }

  /** `anthropic:default` */
  profileId(id: string): string {
    const at = id.indexOf(':');
    if (at < 0) return this.of('profile', id);
    return `${this.of('provider', id.slice(0, at))}:${this.of('profile', id.slice(at + 1))}`;
  }

  /** `provider/model`, or an alias. */
  model(ref: string): string {
    const at = ref.indexOf('/');
    if (at < 0) return this.modelId(ref, 'alias');
    return `${this.of('provider', ref.slice(0, at))}/${this.modelId(ref.slice(at + 1))}`;
  }

  modelId(id: string, otherwise: 'model' | 'alias' = 'model'): string {
    return MODEL.test(id) ? id : this.of(otherwise, id);
  }

  /** A path with its shape: `~/.openclaw/agents/agent-1/agent/auth-profiles.json`, `/opt/folder-1/bin/openclaw`. */
  place(path: string): string {
    const inHome = this.#home !== '' && (path === this.#home || path.startsWith(`${this.#home}/`));
    const rest = inHome ? path.slice(this.#home.length) : path.replace(/^~(?=\/|$)/, '');
    const parts = rest.split('/').filter(Boolean);
    const shown = parts.map((part, index) =>
      parts[index - 1] === 'agents' ? this.of('agent', part) : this.#step(part),
    );
    const start = inHome || path.startsWith('~') ? '~' : '';
    return shown.length === 0 ? start || '/' : `${start}/${shown.join('/')}`;
  }

  #step(part: string): string {
    if (FILES.test(part) || versionOf(part.replace(/^v/, '')) !== null) return part;
    const suffix = SUFFIX.exec(part)?.[0] ?? '';
    return `${this.of('folder', part.slice(0, part.length - suffix.length))}${suffix}`;
  }

  /** `agents.list[0].model`: keys that OpenClaw has, and stand-ins for those a person chose. */
  configPath(path: string): string {
    return path
      .split(/([.[\]]+)/)
      .map((part) =>
        /^[.[\]]*$/.test(part) || /^\d{1,4}$/.test(part) || isPlainWord(part) ? part : this.of('key', part),
      )
      .join('');
  }
}

/** A release number as it is, or null: `2026.9.6`, `24.16.0`, `2026.1.24-3`, `1.2.0-beta.1`. */
export function versionOf(text: string | null): string | null {
  const shape = /^(?:20\d\d|\d{1,3})\.\d{1,3}\.\d{1,3}(?:-(?:\d{1,3}|(?:alpha|beta|rc)(?:\.\d{1,3})?))?$/;
  return text !== null && shape.test(text) ? text : null;
}

/** A range of releases (`>=22.14.0 <25 || >=26`), or null. */
export function rangeOf(text: string | null): string | null {
  if (text === null || text.length > 80) return null;
  const part = /^(?:\|\||[<>=^~]{1,2}|[<>=^~]{0,2}\d{1,4}(?:\.(?:\d{1,3}|x)){0,2})$/;
  const parts = text.split(/\s+|(?=\|\|)|(?<=\|\|)/).filter((word) => word !== '');
  return parts.length > 0 && parts.every((word) => part.test(word)) ? text : null;
}

/** One of the words of a fixed list, else `other`. */
export function oneOf(text: string | null | undefined, words: readonly string[]): string | null {
  if (text === null || text === undefined) return null;
  return words.includes(text) ? text : 'other';
}
