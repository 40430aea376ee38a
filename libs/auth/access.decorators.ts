import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Permission } from './permission.js';

/** What a handler demands of whoever calls it: nothing, to be signed in, or a permission. */
export type Access = 'public' | 'signed_in' | Permission;

export const ACCESS = 'aibench:access';

/** For everybody, signed in or not. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'public' satisfies Access), ApiExtension('x-permission', 'public'));

/** For whoever is signed in, whatever they may do. */
export const SignedIn = (): ClassDecorator & MethodDecorator => demand('signed_in');

/** For those who have the permission in the workspace that the request acts in. */
export const Requires = (permission: Permission): ClassDecorator & MethodDecorator => demand(permission);

const demand = (access: Access): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, access), ApiBearerAuth(), ApiExtension('x-permission', access));
