import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';

const deviceSchema = z.object({
  user_code: z.string(),
  name: z.string(),
  ip_address: z.nullable(z.string()),
  same_address: z.boolean(),
  user_agent: z.nullable(z.string()),
  created_at: z.string(),
});

export type Device = z.infer<typeof deviceSchema>;

/** The device that shows this code and waits. */
export async function findDevice(userCode: string): Promise<Device> {
  const response = await callApi(`/v1/auth/device/${encodeURIComponent(userCode)}`);
  return deviceSchema.parse(await response.json());
}

export async function approveDevice(userCode: string): Promise<void> {
  await postJson('/v1/auth/device/approve', { user_code: userCode });
}

export async function denyDevice(userCode: string): Promise<void> {
  await postJson('/v1/auth/device/deny', { user_code: userCode });
}
