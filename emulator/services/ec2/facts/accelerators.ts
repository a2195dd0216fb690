import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'

/** Cores of AWS's own accelerators, which the table does not have. */
const neuronCores: Readonly<Record<string, { readonly count: number; readonly version: number }>> =
  {
    Inferentia: { count: 4, version: 1 },
    Inferentia2: { count: 2, version: 2 },
    Trainium: { count: 2, version: 2 },
  }

/**
 * GPU, Neuron and inference accelerator information of a type.
 *
 * @param gpus `8xNVIDIA A100 40960`: count, manufacturer, name, MiB of each; or nothing
 * @param accelerators `1xAWS Inferentia2 32768`, in the same form
 */
export function acceleratorsOf(gpus: string, accelerators: string): Partial<InstanceTypeInfo> {
  return { ...gpuInfo(gpus), ...neuronInfo(accelerators) }
}

interface Device {
  readonly count: number
  readonly manufacturer: string
  readonly name: string
  readonly memory: number
}

function parseDevice(text: string): Device | undefined {
  const [, count, manufacturer, name, memory] = /^(\d+)x(\S+) (.+) (\d+)$/.exec(text) ?? []
  if (!count) return undefined
  return { count: Number(count), manufacturer: manufacturer!, name: name!, memory: Number(memory) }
}

function gpuInfo(text: string): Partial<InstanceTypeInfo> {
  const device = parseDevice(text)
  if (!device) return {}
  return {
    GpuInfo: {
      Gpus: [
        {
          Name: device.name,
          Manufacturer: device.manufacturer,
          Count: device.count,
          MemoryInfo: { SizeInMiB: device.memory },
        },
      ],
      TotalGpuMemoryInMiB: device.count * device.memory,
    },
  }
}

function neuronInfo(text: string): Partial<InstanceTypeInfo> {
  const device = parseDevice(text)
  const cores = device && neuronCores[device.name]
  if (!device || !cores) return {}
  const total = device.count * device.memory
  const neuron: Partial<InstanceTypeInfo> = {
    NeuronInfo: {
      NeuronDevices: [
        {
          Count: device.count,
          Name: device.name,
          CoreInfo: { Count: cores.count, Version: cores.version },
          MemoryInfo: { SizeInMiB: device.memory },
        },
      ],
      TotalNeuronDeviceMemoryInMiB: total,
    },
  }
  // Trainium is no inference accelerator, to EC2.
  if (!device.name.startsWith('Inferentia')) return neuron
  return {
    ...neuron,
    InferenceAcceleratorInfo: {
      Accelerators: [
        {
          Count: device.count,
          Name: device.name,
          Manufacturer: device.manufacturer,
          MemoryInfo: { SizeInMiB: device.memory },
        },
      ],
      TotalInferenceMemoryInMiB: total,
    },
  }
}
