import type { Instance } from '@aws-sdk/client-ec2'
import type { InstanceRow } from '../rows/instances.ts'

/** What an instance would have written to its serial console: nothing boots here, so this is how it would look. */
export function consoleLog(row: InstanceRow): string {
  const document = JSON.parse(row.doc) as Instance
  const lines =
    document.Platform === undefined ? linuxLines(row, document) : windowsLines(row, document)
  return `${lines.join('\r\n')}\r\n`
}

function windowsLines(row: InstanceRow, { PlatformDetails }: Instance): string[] {
  const time = new Date(row.launch_time).toISOString()
  return [
    `${time}: Windows sysprep configuration complete.`,
    `${time}: Platform: ${PlatformDetails}`,
    `${time}: Instance: ${row.instance_id}`,
    `${time}: Message: Windows is Ready to use`,
  ]
}

function linuxLines(row: InstanceRow, { Architecture }: Instance): string[] {
  const host = row.private_dns_name.split('.')[0] || row.instance_id
  const started = new Date(row.launch_time).toUTCString()
  const script = row.user_data === null ? '' : Buffer.from(row.user_data, 'base64').toString('utf8')
  return [
    `[    0.000000] Linux version 5.15.0-1051-aws (${Architecture})`,
    `[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz root=LABEL=cloudimg-rootfs ro console=tty1 console=ttyS0`,
    `[    0.000000] DMI: Amazon EC2 ${row.instance_type}/, BIOS 1.0 10/16/2017`,
    `[    1.214563] nvme nvme0: pci function 0000:00:04.0`,
    `[    1.845120] EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode.`,
    `[    2.310774] systemd[1]: Set hostname to <${host}>.`,
    `[    5.102345] cloud-init[512]: Cloud-init v. 23.3.3 running 'init' at ${started}. Up 5.08 seconds.`,
    `[    5.104012] cloud-init[512]: ci-info: | ens5 | True | ${row.private_ip_address} | global |`,
    ...(script === ''
      ? []
      : script
          .replace(/\r?\n$/, '')
          .split(/\r?\n/)
          .map(
            (line, at) => `[    ${(8 + at / 100).toFixed(6)}] cloud-init[871]: user-data: ${line}`,
          )),
    `[   10.482211] cloud-init[871]: Cloud-init v. 23.3.3 finished. Datasource DataSourceEc2Local. Up 10.47 seconds`,
    ``,
    `${host} login: `,
  ]
}
