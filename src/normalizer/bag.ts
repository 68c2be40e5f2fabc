/** What a {@link Bag} needs of its members. */
export interface Member {
  /** Where it stands in its bag; -1 outside. */
  slot: number;
}

/**
 * Members that come and go with every request, in no order. A `Set` costs more than it seems: whenever its table is made
 * anew, V8 links the old table to the new one, so a table that lived long enough to become old keeps all later ones, and
 * all that those held, from being collected with the young.
 */
export class Bag<T extends Member> {
  private readonly members: T[] = [];

  get size(): number {
    return this.members.length;
  }

  add(member: T): void {
    member.slot = this.members.push(member) - 1;
  }

  /** Nothing happens to what is not in here. */
  delete(member: T): void {
    const { slot } = member;
    if (slot === -1) return;
    member.slot = -1;
    const last = this.members.pop();
    if (last === undefined || last === member) return;
    this.members[slot] = last;
    last.slot = slot;
  }

  /** All that are in here now, also when some go meanwhile. */
  all(): readonly T[] {
    return [...this.members];
  }
}
