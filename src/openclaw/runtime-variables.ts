/** Variables by which the programs of a container runtime find it. */
export const RUNTIME_VARIABLES: readonly string[] = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'];
