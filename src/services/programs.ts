import { tilde } from '../text.ts';
import type { Note } from './records.ts';

/**
 * What a person should know before a program's path goes into a unit file: version managers put programs where the
 * next update or switch takes them away. `role` is `node` or `claude`.
 */
export function pathNotes(path: string, role: 'node' | 'claude', home: string): Note[] {
  const short = tilde(path, home);
  const again = 'run clawauth-setup again after you change it';
  if (/\/fnm_multishells\//.test(path)) {
    return [
      {
        says: `${short} belongs to one shell of fnm and is gone when that shell ends.`,
        next: 'fnm default $(fnm current)',
      },
    ];
  }
  if (/\/\.nvm\/versions\//.test(path)) {
    return [
      {
        says: `${short} is one version of nvm: the service goes on with it when you switch, and breaks when you uninstall it; ${again}.`,
      },
    ];
  }
  if (/\/(?:\.local\/share\/fnm|\.fnm|Library\/Application Support\/fnm)\/node-versions\//.test(path)) {
    return [{ says: `${short} is one version of fnm: the service goes on with it when you switch; ${again}.` }];
  }
  if (/\/\.volta\/bin\//.test(path)) {
    return [
      {
        says: `${short} is volta's switch: which ${role} it runs depends on the folder, and on the pin of the person. ${again}.`,
      },
    ];
  }
  if (/\/(?:\.asdf|mise)\/(?:shims|installs)\//.test(path)) {
    return [{ says: `${short} is managed by ${path.includes('mise') ? 'mise' : 'asdf'}; ${again}.` }];
  }
  if (/\/_npx\/|\/\.npm\/_cacache\//.test(path)) {
    return [
      {
        says: `${short} lies in npm's cache, which may be emptied at any time.`,
        next: `npm install --global ${role === 'node' ? 'node' : '@anthropic-ai/claude-code'}`,
      },
    ];
  }
  return [];
}
