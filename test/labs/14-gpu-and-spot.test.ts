import { proveLab } from './prove-lab.ts'

proveLab('gpu-and-spot')
