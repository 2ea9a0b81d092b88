using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MultiagentFT.Cli.Setup;

/// <summary>Metrics and traces of this process, sent by OTLP to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says; OpenTelemetry's other variables count, too.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>All of the product's own.</summary>
    private const string Names = "MultiagentFT.*";

    private readonly TracerProvider _traces = Sdk.CreateTracerProviderBuilder().AddSource(Names).AddOtlpExporter().Build();
    private readonly MeterProvider _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(Names, "System.Runtime").AddOtlpExporter().Build();

    private TelemetryExport()
    {
    }

    /// <summary>Null where the variable is not set.</summary>
    public static TelemetryExport? Begin() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? new TelemetryExport() : null;

    /// <summary>Sends what has not been sent.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
