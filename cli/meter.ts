import { Command, Option } from 'commander'
import { helpText } from './help-text.ts'
import type { MeterOptions } from './meter/record.ts'
import { collected, integer } from './options.ts'

/** `mesh meter`: takes down what smart meters push, until Ctrl-C. */
export function meterCommand(onExit: (code: number) => void): Command {
  return new Command('meter')
    .description('take down what smart meters push, as a CSV that mesh replay energy reads')
    .argument('<file>', 'CSV; what is there already stays')
    .option('--tokens <file>', 'JSON with the secret token of each home; made when it is not there')
    .addOption(
      new Option(
        '--mqtt <file>',
        'listens to an MQTT broker instead: JSON that says where and to what',
      ).conflicts(['tokens', 'home']),
    )
    .addOption(
      new Option(
        '--home <name>',
        'a home to make a token for, where there are none; may be given several times',
      ).argParser(collected),
    )
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <n>', 'port to listen at', integer(0, 65_535), 8790)
    .addOption(
      new Option('--slot-length <minutes>', 'length of a slot')
        .choices(['5', '15', '30', '60'])
        .default('15'),
    )
    .addHelpText(
      'after',
      helpText({
        notes: `
A meter, or a script beside it, posts {"start": 1772355600, "end": 1772356500, "loadWh": 120, "pvWh": 480} (Unix seconds,
whole Wh; a home without a roof leaves pvWh out) with the token of its home, one for each slot: what is no slot of its own is
refused, and says why. A line is written when all homes have reported a slot, or two later ones have begun; the cells of a
home that did not are empty. What is not complete when it ends waits beside the file, in <file>.open. It is no HTTPS: let meters elsewhere come through a tunnel or a proxy.

With --mqtt the file names the broker, and for each home the topic, the path in its JSON and the quantity of its meter:
{"url": "mqtts://broker", "homes": {"roof": {"load": {"topic": "tele/roof/SENSOR", "path": "ENERGY.Total", "quantity": "kWh"}}}}.
User name and password stand there too ("username", "password"), or in MESH_MQTT_USERNAME and MESH_MQTT_PASSWORD.`,
        examples: [
          'mesh meter street.csv --tokens meters.json --home roof --home cellar',
          'mesh meter street.csv --mqtt broker.json',
        ],
      }),
    )
    .action(async (file: string, options: MeterOptions) => {
      const { recordMeters } = await import('./meter/record.ts')
      onExit(await recordMeters(file, options))
    })
}
