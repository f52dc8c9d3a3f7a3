// The gate in Kubernetes, by kustomize: the ConfigMap and the Secret are made from the files beside it, so that the
// configuration and the token stand in one place each.

import { CONTAINER_CONFIG, CONTAINER_PORT, CONTAINER_STATE, CONTAINER_USER, imageName } from './container.js';
import {
  CONFIG_FILE,
  isConfigSecret,
  PUBLIC_MODE,
  TOKEN_FILE,
  yamlText,
  type SetUp,
  type SetUpFile,
} from './set-up.js';

const NAME = 'scrapegate';
const TOKEN_SECRET = 'scrapegate-token';
/** Made by the operator, where the target asks for a token. */
export const TARGET_SECRET = 'scrapegate-target';
const TARGET_FOLDER = '/run/secrets/target';

/** Of the files of a Secret: those of a pod are of its group. */
const GROUP_MAY_READ: readonly string[] = ['            # 0440', '            defaultMode: 288'];

/** Where a scraper of the same namespace finds the gate. */
export const SERVICE_ADDRESS: string = `${NAME}:${String(CONTAINER_PORT)}`;

/** `kustomization.yaml`, `kubernetes.yaml` and `service-monitor.yaml`. */
export function kubernetesFiles(setUp: SetUp): readonly SetUpFile[] {
  return [
    isConfigSecret(setUp.target)
      ? file('kustomization.yaml', SECRET_KUSTOMIZATION, 'Secrets from the files here: kubectl apply -k .')
      : file(
          'kustomization.yaml',
          KUSTOMIZATION,
          'ConfigMap and Secret from the files here: kubectl apply -k .',
        ),
    file('kubernetes.yaml', manifests(setUp), 'volume, Deployment and Service'),
    file('service-monitor.yaml', SERVICE_MONITOR, 'where the Prometheus Operator runs: kubectl apply -f'),
  ];
}

function file(name: string, lines: readonly string[], about: string): SetUpFile {
  return { name, text: `${lines.join('\n')}\n`, mode: PUBLIC_MODE, about };
}

const RESOURCES: readonly string[] = [
  'apiVersion: kustomize.config.k8s.io/v1beta1',
  'kind: Kustomization',
  'resources:',
  '  - kubernetes.yaml',
];

const CONFIG: readonly string[] = [
  '  # Its name changes with its content, so that a changed configuration is rolled out.',
  `  - name: ${NAME}`,
  '    files:',
  `      - ${CONFIG_FILE}`,
];

const TOKEN: readonly string[] = [
  '  # For the scraper; the gate knows the digest alone.',
  `  - name: ${TOKEN_SECRET}`,
  '    files:',
  `      - token=${TOKEN_FILE}`,
  '    options:',
  '      disableNameSuffixHash: true',
];

const KUSTOMIZATION = [...RESOURCES, 'configMapGenerator:', ...CONFIG, 'secretGenerator:', ...TOKEN];
const SECRET_KUSTOMIZATION = [...RESOURCES, 'secretGenerator:', ...CONFIG, ...TOKEN];

function manifests({ target, version }: SetUp): readonly string[] {
  const hasToken = target.bearerTokenFile !== undefined;
  return [
    'apiVersion: v1',
    'kind: PersistentVolumeClaim',
    'metadata:',
    `  name: ${NAME}-state`,
    'spec:',
    '  accessModes: [ReadWriteOnce]',
    '  resources:',
    '    requests:',
    '      storage: 1Gi',
    '---',
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${NAME}`,
    ...labels('  '),
    'spec:',
    '  # One at a time: it has the state to itself.',
    '  replicas: 1',
    '  strategy:',
    '    type: Recreate',
    '  selector:',
    '    matchLabels:',
    `      app.kubernetes.io/name: ${NAME}`,
    '  template:',
    '    metadata:',
    ...labels('      '),
    '    spec:',
    '      automountServiceAccountToken: false',
    '      enableServiceLinks: false',
    '      securityContext:',
    '        runAsNonRoot: true',
    `        runAsUser: ${String(CONTAINER_USER)}`,
    `        runAsGroup: ${String(CONTAINER_USER)}`,
    `        fsGroup: ${String(CONTAINER_USER)}`,
    '        seccompProfile:',
    '          type: RuntimeDefault',
    '      containers:',
    `        - name: ${NAME}`,
    `          image: ${yamlText(imageName(version))}`,
    `          args: ["serve", "--config", "${CONTAINER_CONFIG}/${CONFIG_FILE}", "--listen", "0.0.0.0:${String(CONTAINER_PORT)}"]`,
    '          env:',
    '            - name: SCRAPEGATE_STATE_FILE',
    `              value: ${CONTAINER_STATE}/state.json`,
    ...(hasToken
      ? [
          '            - name: SCRAPEGATE_TARGET_BEARER_TOKEN_FILE',
          `              value: ${TARGET_FOLDER}/token`,
        ]
      : []),
    '          ports:',
    '            - name: metrics',
    `              containerPort: ${String(CONTAINER_PORT)}`,
    '          livenessProbe:',
    '            httpGet: { path: /health, port: metrics }',
    '          readinessProbe:',
    '            httpGet: { path: /ready, port: metrics }',
    '          resources:',
    '            requests: { cpu: 50m, memory: 128Mi }',
    '            limits: { memory: 1Gi }',
    '          securityContext:',
    '            allowPrivilegeEscalation: false',
    '            readOnlyRootFilesystem: true',
    '            capabilities:',
    '              drop: [ALL]',
    '          volumeMounts:',
    `            - { name: config, mountPath: ${CONTAINER_CONFIG}, readOnly: true }`,
    `            - { name: state, mountPath: ${CONTAINER_STATE} }`,
    ...(hasToken ? [`            - { name: target, mountPath: ${TARGET_FOLDER}, readOnly: true }`] : []),
    '      volumes:',
    '        - name: config',
    ...(isConfigSecret(target)
      ? ['          secret:', `            secretName: ${NAME}`, ...GROUP_MAY_READ]
      : ['          configMap:', `            name: ${NAME}`]),
    '        - name: state',
    '          persistentVolumeClaim:',
    `            claimName: ${NAME}-state`,
    ...(hasToken
      ? [
          `        # kubectl create secret generic ${TARGET_SECRET} --from-file=token=<the file with the token of the target>`,
          '        - name: target',
          '          secret:',
          `            secretName: ${TARGET_SECRET}`,
          ...GROUP_MAY_READ,
        ]
      : []),
    '---',
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${NAME}`,
    ...labels('  '),
    'spec:',
    '  selector:',
    `    app.kubernetes.io/name: ${NAME}`,
    '  ports:',
    '    - name: metrics',
    `      port: ${String(CONTAINER_PORT)}`,
    '      targetPort: metrics',
  ];
}

function labels(indent: string): readonly string[] {
  return [`${indent}labels:`, `${indent}  app.kubernetes.io/name: ${NAME}`];
}

const SERVICE_MONITOR: readonly string[] = [
  'apiVersion: monitoring.coreos.com/v1',
  'kind: ServiceMonitor',
  'metadata:',
  `  name: ${NAME}`,
  ...labels('  '),
  'spec:',
  '  selector:',
  '    matchLabels:',
  `      app.kubernetes.io/name: ${NAME}`,
  '  endpoints:',
  ...['/metrics', '/-/metrics'].flatMap((path) => [
    '    - port: metrics',
    `      path: ${path}`,
    '      authorization:',
    '        type: Bearer',
    '        credentials:',
    `          name: ${TOKEN_SECRET}`,
    '          key: token',
  ]),
];
