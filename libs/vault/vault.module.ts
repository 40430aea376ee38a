import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { MasterKeys } from './master-keys.js';
import { SecretEntity } from './secret.entity.js';
import { Vault } from './vault.js';

@Global()
@Module({})
export class VaultModule {
  static forRoot(keys: MasterKeys): DynamicModule {
    return {
      module: VaultModule,
      imports: [AuthModule, TypeOrmModule.forFeature([SecretEntity])],
      providers: [Vault, { provide: MasterKeys, useValue: keys }],
      exports: [Vault, MasterKeys],
    };
  }
}
