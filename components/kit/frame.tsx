import { Box, Text, Transform, useAnimation } from 'ink';
import type { ReactNode } from 'react';
import { printableRow } from '../../src/system/printable.ts';
import { type Line, type Paint, type Span, seconds, toAscii } from './text.ts';
import { spinnerFrames, type View } from './view.ts';

/** The only place where meaning becomes colour. Names of the 16 colours, so that the person's own theme decides. */
const COLOUR: Readonly<Record<Paint, string | undefined>> = {
  accent: 'cyan',
  ok: 'green',
  look: 'yellow',
  bad: 'red',
  dim: undefined,
  plain: undefined,
};

interface FrameProps {
  readonly lines: readonly Line[];
  readonly view: View;
  /** Monotonic ms, for elapsed times. */
  readonly now: () => number;
}

/** Draws fitted lines, one row each. */
export function Frame({ lines, view, now }: FrameProps): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((spans, row) => (
        // Rows have no identity of their own: a row is its place on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Row key={row} spans={spans} view={view} now={now} />
      ))}
    </Box>
  );
}

interface RowProps {
  readonly spans: Line;
  readonly view: View;
  readonly now: () => number;
}

function Row({ spans, view, now }: RowProps): ReactNode {
  if (spans.length === 0) return <Text> </Text>;
  return (
    <Text wrap={view.reader ? 'wrap' : 'truncate-end'}>
      {spans.map((span, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity either
        <Piece key={index} span={span} view={view} now={now} />
      ))}
    </Text>
  );
}

function Piece({
  span,
  view,
  now,
}: {
  readonly span: Span;
  readonly view: View;
  readonly now: () => number;
}): ReactNode {
  if (view.reader) {
    if (span.say !== undefined) return span.say === '' ? null : span.say;
    // Columns mean nothing to the ear.
    return span.since === undefined ? printableRow(span.text).replace(/ {2,}|─+/g, ' ') : null;
  }
  if (span.spin === true) return <Spinner view={view} />;
  if (span.since !== undefined) return <Elapsed since={span.since} view={view} now={now} />;
  const piece = (
    <Painted text={printableRow(span.text)} paint={span.paint ?? 'plain'} bold={span.bold === true} view={view} />
  );
  if (span.href === undefined) return piece;
  const href = printableRow(span.href);
  return <Transform transform={(text) => `\u001b]8;;${href}\u0007${text}\u001b]8;;\u0007`}>{piece}</Transform>;
}

interface PaintedProps {
  readonly text: string;
  readonly paint: Paint;
  readonly bold?: boolean;
  readonly view: View;
}

function Painted({ text, paint, bold = false, view }: PaintedProps): ReactNode {
  const shown = view.unicode ? text : toAscii(text);
  const colour = COLOUR[paint];
  return (
    <Text
      bold={bold}
      dimColor={view.colour && paint === 'dim'}
      {...(view.colour && colour !== undefined ? { color: colour } : {})}
    >
      {shown}
    </Text>
  );
}

function Spinner({ view }: { readonly view: View }): ReactNode {
  const { frame } = useAnimation({ interval: 120 });
  const frames = spinnerFrames(view.unicode);
  return <Painted text={frames[frame % frames.length] ?? ''} paint="accent" view={view} />;
}

/** Right-aligned in six columns, so that nothing beside it moves as it grows. */
function Elapsed({ since, view, now }: { readonly since: number; readonly view: View; readonly now: () => number }) {
  useAnimation({ interval: 120 });
  return <Painted text={seconds(Math.max(0, now() - since)).padStart(6)} paint="dim" view={view} />;
}
