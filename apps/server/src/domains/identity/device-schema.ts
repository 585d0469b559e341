import { z } from 'zod';
import { nameSchema } from '../../platform/name-schema.ts';
import type { DeviceGrant } from './device-store.ts';
import { formatUserCode } from './user-code.ts';

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

const name = nameSchema({ max: 100 });

/** RFC 8628 has what is not known ignored. */
export const requestDeviceSchema = z
  .object({
    client_id: name
      .describe('The program that asks, as it calls itself.')
      .meta({ example: 'voiceflow-cli' }),
    device_name: name
      .optional()
      .describe('The device, as its owner knows it; else the program names the session.')
      .meta({ example: "Ada's laptop" }),
  })
  .meta({ id: 'RequestDevice' });

export const deviceCodeSchema = z
  .object({
    device_code: z.string().describe('What the device comes back with. Only it knows this.'),
    user_code: z
      .string()
      .describe('To show: the person types it into the page.')
      .meta({ example: 'WDJB-MJHT' }),
    verification_uri: z.string().meta({ example: 'https://voice.example.com/device' }),
    verification_uri_complete: z
      .string()
      .describe('The same with the code in it, for a QR code or to open a browser.')
      .meta({ example: 'https://voice.example.com/device?user_code=WDJB-MJHT' }),
    expires_in: z.int().meta({ example: 600 }),
    interval: z.int().describe('Seconds to wait between two questions.').meta({ example: 5 }),
  })
  .meta({ id: 'DeviceCode' });

export const exchangeDeviceSchema = z
  .object({
    grant_type: z.string().max(200).meta({ example: deviceGrantType }),
    device_code: z.string().min(1).max(200),
    client_id: z.string().max(100).optional(),
  })
  .meta({ id: 'ExchangeDeviceCode' });

export const oauthErrorSchema = z
  .object({
    error: z
      .string()
      .describe(
        '`authorization_pending` and `slow_down`: ask again, after 5 s more in the second case. `access_denied`, `expired_token`, `invalid_grant`: begin anew.',
      )
      .meta({ example: 'authorization_pending' }),
    error_description: z.string(),
  })
  .meta({ id: 'OAuthError', description: 'What went wrong (RFC 6749, 5.2)' });

const userCode = z.string().min(1).max(40).meta({ example: 'WDJB-MJHT' });

export const userCodeParams = z.strictObject({ user_code: userCode });
export const userCodeSchema = userCodeParams.meta({ id: 'UserCode' });

export const deviceSchema = z
  .object({
    user_code: userCode,
    name: z.string().describe('As the device calls itself: it may say what it likes.'),
    ip_address: z.string().nullable().describe('From where it asks.'),
    same_address: z.boolean().describe('Whether that is the address of who looks at this.'),
    user_agent: z.string().nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Device' });

export function presentDevice(
  device: DeviceGrant,
  ip: string | null,
): z.output<typeof deviceSchema> {
  return {
    user_code: formatUserCode(device.userCode),
    name: device.name,
    ip_address: device.ipAddress,
    same_address: device.ipAddress !== null && device.ipAddress === ip,
    user_agent: device.userAgent,
    created_at: device.createdAt.toISOString(),
    expires_at: device.expiresAt.toISOString(),
  };
}
