import { accountOf } from '../openclaw/accounts.ts';
import type { StateFacts } from '../openclaw/records.ts';
import { type Fact, known } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { PlatformFacts } from './types.ts';

/** Linux, macOS, WSL, a container; who we are, and whether the state directory belongs to somebody else. */
export async function readPlatform(world: World, state: StateFacts | undefined): Promise<Fact<PlatformFacts>> {
  const [wsl, container, stateOwner] = await Promise.all([isWsl(world), containerOf(world), ownerOf(world, state)]);
  const sudoUser = world.env.SUDO_USER && world.uid === 0 ? world.env.SUDO_USER : undefined;
  return known(
    {
      os: OS[world.platform] ?? 'other',
      wsl,
      container,
      user: world.username,
      uid: world.uid,
      home: world.home,
      stateOwner,
      sudoUser,
      node: world.nodeVersion,
    },
    'this process',
    container ? `inside ${container}` : undefined,
  );
}

const OS: Partial<Record<NodeJS.Platform, PlatformFacts['os']>> = { linux: 'linux', darwin: 'macos', win32: 'windows' };

async function isWsl(world: World): Promise<boolean> {
  if (world.platform !== 'linux') return false;
  if (world.env.WSL_DISTRO_NAME || world.env.WSL_INTEROP) return true;
  const kernel = await world.files.readText('/proc/sys/kernel/osrelease').catch(() => null);
  return /microsoft|wsl/i.test(kernel ?? '');
}

async function containerOf(world: World): Promise<string | null> {
  if (world.platform !== 'linux') return null;
  const has = async (path: string) => (await world.files.stat(path).catch(() => null)) !== null;
  if (await has('/.dockerenv')) return 'docker';
  if (await has('/run/.containerenv')) return 'podman';
  if (world.env.KUBERNETES_SERVICE_HOST) return 'kubernetes';
  if (world.env.container) return world.env.container;
  const groups = (await world.files.readText('/proc/1/cgroup').catch(() => null)) ?? '';
  return /(docker|podman|lxc|kubepods|containerd)/.exec(groups)?.[1] ?? null;
}

/** The name (else the uid) of the state directory's owner, when it is not us. */
async function ownerOf(world: World, state: StateFacts | undefined): Promise<string | undefined> {
  const owner = state?.owner;
  if (owner === undefined || owner === null || world.uid === -1 || owner === world.uid) return undefined;
  return (await accountOf(world, owner)).name;
}
