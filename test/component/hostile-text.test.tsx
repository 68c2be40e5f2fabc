import { render } from 'ink-testing-library';
import { expect, it } from 'vitest';
import { Frame } from '../../components/kit/frame.tsx';
import type { Span } from '../../components/kit/text.ts';

const HOSTILE = 'main\u001b]52;c;cm0gLXJm\u0007\u009b2J\u202e\n✔ all is well';

it.each([
  ['in a row', { text: HOSTILE }],
  ['in a link', { text: 'docs', href: `https://example.test/${HOSTILE}` }],
] as [string, Span][])('text of others is shown and not acted on, %s', (_where, span) => {
  for (const reader of [false, true]) {
    const view = { columns: 200, rows: 12, unicode: true, colour: false, reader };
    const { lastFrame, unmount } = render(<Frame lines={[[span]]} view={view} now={() => 0} />);
    const shown = lastFrame() ?? '';
    // A link is a sequence of ours around the text.
    const bare = shown.replaceAll(/\u001b\]8;;[^\u0007\u001b]*\u0007/g, '');
    expect(bare).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(bare).toBe(
      span.href === undefined ? 'main\\u001b]52;c;cm0gLXJm\\u0007\\u009b2J\\u202e\\u000a✔ all is well' : 'docs',
    );
    unmount();
  }
});
