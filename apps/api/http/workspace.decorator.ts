import { createParamDecorator } from '@nestjs/common';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';

/** The id of the workspace that the request acts in. */
export const WorkspaceId = createParamDecorator((): string => DEFAULT_WORKSPACE_ID);
