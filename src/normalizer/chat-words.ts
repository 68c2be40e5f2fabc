import { KnownTexts } from './known-texts.ts';

/** Who speaks, as the prompt names it. */
export const ROLES: Readonly<Record<string, string>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

/** What a part that cannot be passed on is called in its place. */
export const PART_NAMES: Readonly<Record<string, string>> = {
  image_url: 'image',
  input_image: 'image',
  image: 'image',
  input_audio: 'audio',
  audio: 'audio',
  file: 'file',
  input_file: 'file',
  document: 'file',
  video_url: 'video',
};

/** Keys and short values of nearly every request. */
export const KNOWN = new KnownTexts([
  ...['model', 'messages', 'stream', 'stream_options', 'include_usage', 'max_completion_tokens', 'store', 'tools'],
  ...[
    'role',
    'content',
    'name',
    'tool_call_id',
    'tool_calls',
    'refusal',
    'function',
    'arguments',
    'id',
    'type',
    'text',
  ],
  ...Object.keys(ROLES),
]);
