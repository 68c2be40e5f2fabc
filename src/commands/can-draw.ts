/** Whether a full-screen wizard makes sense: both ends are a terminal that can move its cursor, and nobody automates. */
export function canDraw(
  { stdinTty, stdoutTty }: { readonly stdinTty: boolean; readonly stdoutTty: boolean },
  { TERM, CI }: Readonly<Record<string, string | undefined>>,
): boolean {
  const automated = CI !== undefined && CI !== '' && CI !== '0' && CI !== 'false';
  return stdinTty && stdoutTty && TERM !== 'dumb' && !automated;
}
