import { Module } from '@nestjs/common';
import { McpServers } from './mcp/mcp-servers.js';
import { ToolServers } from './tool-servers.js';

@Module({
  providers: [{ provide: ToolServers, useClass: McpServers }],
  exports: [ToolServers],
})
export class ToolsModule {}
