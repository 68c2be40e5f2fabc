/** `about.method` of the run that switched the weekly reminder on. */
export const REMINDER = 'reminder';
