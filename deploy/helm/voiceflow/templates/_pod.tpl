{{/* Seconds in which load balancers forget a pod before its process is told to end. */}}
{{- define "voiceflow.forgetSeconds" -}}5{{- end }}

{{/* What every pod has in common. */}}
{{- define "voiceflow.podSpec" -}}
automountServiceAccountToken: false
# The variables that Kubernetes would set for Services are read as settings otherwise.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Where pods of a role go: {root, component, role}. */}}
{{- define "voiceflow.placement" -}}
{{- with .role.nodeSelector -}}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- $tolerations := .role.tolerations }}
{{- if .role.gpus }}
{{- $tolerations = append $tolerations (dict "key" "nvidia.com/gpu" "operator" "Exists" "effect" "NoSchedule") }}
{{- end }}
{{- with $tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .role.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .role.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .role.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "voiceflow.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}

{{- define "voiceflow.podAnnotations" -}}
{{- $own := dict }}
{{- if eq .Values.prometheus.discovery "annotations" }}
{{- $own = dict "prometheus.io/scrape" "true" "prometheus.io/port" "9464" "prometheus.io/path" "/metrics" }}
{{- end }}
{{- with merge (dict) .Values.podAnnotations $own -}}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What every container has in common. */}}
{{- define "voiceflow.container" -}}
image: {{ include "voiceflow.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: home, mountPath: /var/lib/voiceflow}
  - {name: tmp, mountPath: /tmp}
{{- end }}

{{/* The only places that are written to; both go with the pod: the size of the first, as 64Mi. */}}
{{- define "voiceflow.volumes" -}}
volumes:
  - name: home
    emptyDir: {sizeLimit: {{ . }}}
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
{{- end }}

{{/* A setting out of a Secret: {root, name, optional}. */}}
{{- define "voiceflow.secretSetting" -}}
{{- $secrets := .root.Values.secrets }}
{{- $from := get $secrets.from .name | default (dict "name" $secrets.name "key" .name) -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.name }}
      key: {{ $from.key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{/* All settings of a role: {root, component, secret: names, optionalSecret: names, own: settings of its own}. */}}
{{- define "voiceflow.env" -}}
{{- $root := .root }}
{{- $shared := dict
  "QUEUE" "redis"
  "VOICEFLOW_PROCESS" .component
  "VOICEFLOW_PUBLIC_URL" $root.Values.publicUrl
  "METRICS_HOST" (get $root.Values.settings "HOST" | default "0.0.0.0")
  "METRICS_PORT" "9464" }}
{{- range $name, $value := merge (dict) .own $shared $root.Values.settings }}
- name: {{ $name }}
  value: {{ ternary ($value | int64) $value (kindIs "float64" $value) | toString | quote }}
{{- end }}
{{- range .secret }}
{{ include "voiceflow.secretSetting" (dict "root" $root "name" .) }}
{{- end }}
{{- range .optionalSecret }}
{{ include "voiceflow.secretSetting" (dict "root" $root "name" . "optional" true) }}
{{- end }}
{{- end }}

{{/* Probes of a role that only its operations port knows. */}}
{{- define "voiceflow.operationsProbes" -}}
startupProbe:
  httpGet: {path: /health/ready, port: metrics}
  periodSeconds: 5
  timeoutSeconds: 5
  # A quarter of an hour: a worker fetches and prepares its model first.
  failureThreshold: 180
livenessProbe:
  httpGet: {path: /health/live, port: metrics}
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
{{- end }}
