import type { ActionKind, ActionKinds } from '../engine/types.ts';
import { claudeLoginKind } from './claude-login.ts';
import { commandKind } from './command.ts';
import { configEditKind } from './config-edit.ts';
import { copyFileKind } from './copy-file.ts';
import { crontabLinesKind } from './crontab-lines.ts';
import { dropLinesKind } from './drop-lines.ts';
import { dropVariableKind } from './drop-variable.ts';
import { fileModeKind } from './file-mode.ts';
import { forgetKeyKind } from './forget-key.ts';
import { moveVariableKind } from './move-variable.ts';
import { npmFolderKind } from './npm-folder.ts';
import { randomKeyKind } from './random-key.ts';
import { removeFileKind } from './remove-file.ts';
import { restartGatewayKind } from './restart-gateway.ts';
import { retireServiceKind } from './retire-service.ts';
import { serviceKind } from './service.ts';
import { unitProgramKind } from './unit-program.ts';
import { writeFileKind } from './write-file.ts';

/** Every kind of reversible step. The engine is handed this and knows none of them by name. */
export const actionKinds: ActionKinds = new Map(
  [
    configEditKind,
    forgetKeyKind,
    commandKind,
    writeFileKind,
    randomKeyKind,
    copyFileKind,
    serviceKind,
    retireServiceKind,
    npmFolderKind,
    restartGatewayKind,
    fileModeKind,
    removeFileKind,
    dropVariableKind,
    moveVariableKind,
    crontabLinesKind,
    dropLinesKind,
    unitProgramKind,
    claudeLoginKind(),
  ].map((kind) => [kind.kind, kind as unknown as ActionKind]),
);

export { claudeLogin, claudeLoginKind } from './claude-login.ts';
export { COMMAND, command } from './command.ts';
export type { CommandParams } from './command-params.ts';
export { CONFIG_EDIT, type ConfigEditParams, configEdit } from './config-edit.ts';
export { copyFile } from './copy-file.ts';
export { crontabLines } from './crontab-lines.ts';
export { dropLines } from './drop-lines.ts';
export { dropVariable } from './drop-variable.ts';
export { FILE_MODE, fileMode } from './file-mode.ts';
export { type Copied, forgetKey } from './forget-key.ts';
export { lineHash } from './line-hash.ts';
export { moveVariable } from './move-variable.ts';
export { npmCi, npmFolder } from './npm-folder.ts';
export type { EditData } from './params.ts';
export { fileChange } from './patch.ts';
export type { Program } from './program.ts';
export { isUsableKey, randomKey } from './random-key.ts';
export { removeFile } from './remove-file.ts';
export { type RestartGatewayParams, restartGateway } from './restart-gateway.ts';
export { retireService } from './retire-service.ts';
export { type ServiceParams, service } from './service.ts';
export type { ServicePrograms } from './service-programs.ts';
export type { Settles } from './settle.ts';
export { unitProgram } from './unit-program.ts';
export { writeFile } from './write-file.ts';
