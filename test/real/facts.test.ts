import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { healthOf } from '../../src/doctor/health.ts';
import { gatherFacts } from '../../src/facts/gather.ts';
import { Facts } from '../../src/facts/types.ts';
import { agentModels } from '../../src/openclaw/agent-models.ts';
import { credentialsInJson, generationOf } from '../../src/openclaw/generation.ts';
import { parseJsonOutput } from '../../src/system/json-output.ts';
import { GENERATIONS, installRelease, releases } from '../support/releases.ts';
import { type TempWorld, tempWorld } from '../support/temp-world.ts';

const TOKEN = `sk-ant-oat01-${'FAKE'.repeat(22)}00AA`;
/** A port that nobody listens on here, so that no gateway of the machine answers. */
const PORT = 1;

const config = (more = '') => `// a bridge, with comments
{
  gateway: { mode: "local", port: ${PORT}, bind: "loopback", auth: { mode: "token", token: "fixture" } },
  models: { providers: { "claude-max-proxy": { baseUrl: "http://127.0.0.1:3457/v1", api: "openai-completions",
    apiKey: "not-needed", models: [{ id: "claude-opus-4", name: "Opus" }] } } },
  agents: {
    defaults: { model: { primary: "claude-max-proxy/claude-opus-4" } },
    list: [{ id: "main", default: true }, { id: "lite", model: "anthropic/claude-haiku-4-5" }],
  },${more}
}
`;

let temp: TempWorld | undefined;
afterEach(() => temp?.remove());

async function home(version: string, more?: string) {
  const release = await installRelease(version);
  const made = tempWorld({ env: { PATH: release.path } });
  temp = made;
  const folder = release.command === 'clawdbot' ? '.clawdbot' : '.openclaw';
  const path = made.write(join(folder, `${release.command}.json`), config(more));
  mkdirSync(made.path(folder, 'agents', 'main', 'agent'), { recursive: true });
  return { made, path, folder };
}

describe.each(releases(GENERATIONS, ['2026.2.17']))('facts about OpenClaw %s', (version) => {
  it('agree with what the program itself says', async () => {
    const { made, path, folder } = await home(version);
    const release = await installRelease(version);
    const inJson = credentialsInJson(generationOf(version));
    if (inJson) {
      const profiles = {
        'anthropic:default': { type: 'token', provider: 'anthropic', token: TOKEN },
        'anthropic:old': { type: 'token', provider: 'anthropic', token: TOKEN, expires: 1_700_000_000_000 },
      };
      const file = join(folder, 'agents', 'main', 'agent', 'auth-profiles.json');
      made.write(file, JSON.stringify({ version: 1, profiles }));
    }
    const before = readFileSync(path, 'utf8');
    const facts = await gatherFacts(made.world, { slow: true });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(Facts.safeParse(facts).error).toBeUndefined();
    expect(facts.release).toMatchObject({ known: true, value: { version, generation: generationOf(version) } });
    expect(facts.release).toMatchObject({ value: { install: { node: { ok: true } } } });
    expect(facts.validation).toMatchObject({ known: true, value: { valid: true } });
    if (!facts.modelsStatus.known || !facts.config.known || !facts.profiles.known) throw new Error('not known');
    expect(facts.modelsStatus.value.resolvedDefault).toBe(facts.config.value.primary);
    expect(facts.catalogue).toMatchObject({ value: { anthropic: expect.arrayContaining([expect.any(String)]) } });
    const mine = facts.profiles.value.filter((profile) => profile.agent === 'main');
    expect(mine.map((profile) => profile.id).sort()).toEqual(
      facts.modelsStatus.value.profiles.map(({ id }) => id).sort(),
    );
    if (inJson) {
      expect(mine.map(({ wins, rejected }) => [wins, rejected])).toEqual([
        [true, null],
        [false, 'expired'],
      ]);
      const expired = facts.modelsStatus.value.profiles.filter((profile) => profile.status === 'expired');
      expect(expired.map((profile) => profile.id)).toEqual(['anthropic:old']);
    }
    expect(JSON.stringify(facts)).not.toContain('FAKEFAKE');
    // A question of its own is spared: every release gives each agent the model that the configuration tells.
    const told = await made.world.processes.run([release.bin, 'agents', 'list', '--json'], { timeoutMs: 120_000 });
    expect(parseJsonOutput(told.stdout), told.stderr).toEqual(
      [...agentModels(facts.config.value)].map(([id, model]) => expect.objectContaining({ id, model })),
    );
  });

  it('name the folder that the program makes of an id', async () => {
    const { made, path } = await home(version);
    const entries = generationOf(version) === 'G3';
    const roster = entries
      ? 'ownership: "explicit", entries: { main: {}, "Work-Bot": {} }'
      : 'list: [{ id: "main", default: true }, { id: "../Work Bot" }]';
    writeFileSync(path, config().replace(/list: \[.*\]/, roster));
    const facts = await gatherFacts(made.world, { slow: false });
    const agents = facts.config.known ? facts.config.value.agents : [];
    expect(agents.map(({ id }) => id)).toEqual(['main', 'work-bot']);
    const release = await installRelease(version);
    const ran = await made.world.processes.run([release.bin, 'agents', 'list', '--json'], { timeoutMs: 120_000 });
    const told = parseJsonOutput(ran.stdout);
    expect(told, ran.stderr).toEqual(agents.map(({ id, agentDir }) => expect.objectContaining({ id, agentDir })));
  });

  it('tell a configuration that it refuses', async () => {
    const { made } = await home(version, ' bogus: 1,');
    const facts = await gatherFacts(made.world, { slow: true });
    expect(facts.validation).toMatchObject({ known: true, value: { valid: false } });
    const { state, findings } = healthOf(facts, made.world.clock.now());
    expect(state).toBe('broken');
    // 2026.6.1 and 2026.7.1 say no more than "<root>: Invalid input".
    expect(findings.find(({ code }) => code === 'config-invalid')?.says).toMatch(/bogus|<root>: Invalid input/);
  });
});
