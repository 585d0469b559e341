{{/* One rule to TCP ports: {to: peers, ports}. */}}
{{- define "voiceflow.egress" -}}
- ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- with .to }}
  to: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "voiceflow.dnsEgress" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
  {{- with .Values.networkPolicy.dns }}
  to: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "voiceflow.internetEgress" -}}
{{- with .Values.networkPolicy.internet -}}
- ports: [{protocol: TCP, port: 443}]
  to:
    - ipBlock: {cidr: 0.0.0.0/0, except: {{ toJson .exceptV4 }}}
    - ipBlock: {cidr: "::/0", except: {{ toJson .exceptV6 }}}
{{- end }}
{{- end }}

{{- define "voiceflow.metricsIngress" -}}
- ports: [{protocol: TCP, port: metrics}]
  {{- with .Values.networkPolicy.metricsFrom }}
  from: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
