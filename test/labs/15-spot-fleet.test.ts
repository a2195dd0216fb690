import { proveLab } from './prove-lab.ts'

proveLab('spot-fleet')
