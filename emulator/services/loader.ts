import type { Service } from '../operation.ts'
import type { OperationCodec, Protocol } from '../protocol/codec.ts'
import { restRouter, type RestRouter } from '../protocol/rest-router.ts'
import { readServiceModel, type ServiceModel } from '../protocol/service-model.ts'
import { catalogue, type ServiceEntry } from './catalogue.ts'

/** A service with everything that answering needs. */
export interface LoadedService {
  readonly entry: ServiceEntry
  readonly service: Service
  readonly model: ServiceModel
  /** For services with REST protocols. */
  readonly router: RestRouter | undefined
  /** An operation's codec in a protocol, compiled at its first use. */
  codec(protocol: Protocol, operation: string): OperationCodec
}

export interface Services {
  /** The service, where its first request has come already. */
  loaded(entry: ServiceEntry): LoadedService | undefined
  load(entry: ServiceEntry): Promise<LoadedService>
  /** What a service does by itself, without its SDK: for timers after a restart. */
  loadOperations(name: string): Promise<Service>
  /** The operations of a service that was loaded before; timers are only ever made by one that was. */
  operationsOf(name: string): Service | undefined
}

export function serviceLoader(): Services {
  const services = new Map<ServiceEntry, LoadedService>()
  const loading = new Map<ServiceEntry, Promise<LoadedService>>()
  const operations = new Map<string, Service>()

  async function loadOperations(name: string): Promise<Service> {
    const entry = catalogue.find((candidate) => candidate.name === name)
    if (!entry) throw new Error(`there is no service ${name}`)
    await Promise.all((entry.needs ?? []).map(loadOperations))
    const service = (await entry.load()).default
    operations.set(name, service)
    return service
  }

  async function loadService(entry: ServiceEntry): Promise<LoadedService> {
    const [sdk, service] = await Promise.all([entry.sdk(), loadOperations(entry.name)])
    const model = readServiceModel(sdk)
    refuseUnknownNames(service, model)
    const isRest = model.protocol === 'restXml' || model.protocol === 'restJson1'
    const loaded: LoadedService = {
      entry,
      service,
      model,
      router: isRest ? restRouter(model) : undefined,
      codec: codecCache(model),
    }
    services.set(entry, loaded)
    return loaded
  }

  return {
    loaded: (entry) => services.get(entry),
    load(entry) {
      let promise = loading.get(entry)
      if (!promise) {
        promise = loadService(entry)
        loading.set(entry, promise)
        promise.catch(() => loading.delete(entry))
      }
      return promise
    },
    loadOperations,
    operationsOf: (name) => operations.get(name),
  }
}

function codecCache(model: ServiceModel): LoadedService['codec'] {
  const byProtocol = new Map<Protocol, Map<string, OperationCodec>>()
  return (protocol, operation) => {
    let codecs = byProtocol.get(protocol)
    if (!codecs) byProtocol.set(protocol, (codecs = new Map()))
    let codec = codecs.get(operation)
    if (!codec) codecs.set(operation, (codec = protocol.compile(model, operation)))
    return codec
  }
}

/** An operation under a name that AWS does not know could never be called: a spelling mistake. */
function refuseUnknownNames(service: Service, model: ServiceModel): void {
  const unknown = Object.keys(service.operations).filter((name) => !model.operations.has(name))
  if (unknown.length > 0) {
    throw new Error(
      `${service.name} defines operations that AWS does not have: ${unknown.join(', ')}`,
    )
  }
}
