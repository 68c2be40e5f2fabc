type Models = Readonly<Record<string, { readonly alias?: string }>>;

/**
 * Who answers to which name, as OpenClaw up to 2026.6.1 reads `agents.defaults.models`: a ref of `own` whose entry has no
 * `alias` gets its name, whoever has it already. Names in small letters → refs in their order, the last of which wins.
 */
export function namesIn(models: Models, own: Readonly<Record<string, string>>): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const [ref, { alias }] of Object.entries(models)) {
    const name = alias ?? Object.keys(own).find((one) => own[one] === ref);
    if (!name) continue;
    const key = name.toLowerCase();
    names[key] = [...(names[key] ?? []), ref];
  }
  return names;
}
