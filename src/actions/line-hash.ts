import { sha256 } from '../system/hash.ts';

/** What a line with a credential is known by: its text up to that, so that nothing of it is written down. */
export const lineHash = (line: string): string => sha256(line.split('sk-ant-')[0] as string);
