using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Server.Access;
using MultiagentFT.Server.FineTuning;
using MultiagentFT.Serving;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MultiagentFT.Server;

/// <summary>A program of its own around the API, as <c>mft serve</c> runs it: address, TLS, <c>/metrics</c>, traces, orderly end.</summary>
public sealed class SocietyHost : IAsyncDisposable
{
    private const string ExporterVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly WebApplication _app;
    private readonly HostOptions _options;

    private SocietyHost(WebApplication app, HostOptions options) => (_app, _options) = (app, options);

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Services of the API.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Listens.</summary>
    /// <param name="society">Stays the caller's.</param>
    /// <exception cref="InputException">An option is out of range or not safe, or the address is in use.</exception>
    public static async Task<SocietyHost> StartAsync(
        ServedSociety society, ServerOptions? server = null, HostOptions? options = null, CancellationToken cancellation = default)
    {
        (server, options) = (server ?? new ServerOptions(), options ?? new HostOptions());
        Check(server, options);
        var host = new SocietyHost(Build(society, server, options), options);
        try
        {
            await host._app.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch (IOException error)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw new InputException("address", null, $"a free one, as {options.Address} port {options.Port}", error.Message, error);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says what <see cref="StartAsync"/> would refuse, before a model is opened for it.</summary>
    /// <exception cref="InputException">An option is out of range or not safe; all that are, are named.</exception>
    public static void Check(ServerOptions server, HostOptions options)
    {
        if (server.Validate().Concat(options.Validate(server)).ToList() is { Count: > 0 } errors)
            throw new InputException("options: " + string.Join("; ", errors));
    }

    /// <summary>Takes no new requests, lets those that run go on until the deadline, and ends the others.</summary>
    public async Task StopAsync()
    {
        using var deadline = new CancellationTokenSource(_options.Deadline);
        await _app.StopAsync(deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Ends what still runs at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A trainer's process goes before the folder is another server's.
        if (_app.Services.GetService<JobRunner>()?.ExecuteTask is { } jobs) await jobs.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(ServedSociety society, ServerOptions server, HostOptions options)
    {
        // Nothing is read from the folder that happens to be the current one.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "mft", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = server.MaxBodyBytes;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                if (options.Certificate is { } file) listen.UseHttps(CertificateOf(file));
            });
        });
        if (options.Certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = options.Deadline);
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        if (options.Log is { } log) builder.Logging.AddProvider(new LineLogger(log));
        AddTelemetry(builder.Services);
        builder.Services.AddMultiagentFT(society, server);
        var app = builder.Build();
        app.UseRouting();
        app.MapMultiagentFT();
        app.MapMultiagentFTPage();
        MapMetrics(app);
        return app;
    }

    private static void AddTelemetry(IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter(ServerTelemetry.MeterName, EngineTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddPrometheusExporter());
        // Traces go where the environment says, else nowhere.
        if (Environment.GetEnvironmentVariable(ExporterVariable) is not { Length: > 0 }) return;
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(ServerTelemetry.SourceName, "Microsoft.AspNetCore").AddOtlpExporter());
    }

    private static void MapMetrics(WebApplication app)
    {
        var branch = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).CreateApplicationBuilder();
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true);
        app.MapGet("/metrics", app.Services.GetRequiredService<ApiGuard>().Around(branch.Build()));
        // Instruments exist once somebody has asked for them.
        _ = app.Services.GetRequiredService<ServerTelemetry>();
    }

    private static X509Certificate2 CertificateOf(string file)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, Environment.GetEnvironmentVariable("MFT_CERTIFICATE_PASSWORD"));
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, null, "a PKCS #12 file, its password in MFT_CERTIFICATE_PASSWORD", error.Message, error);
        }
    }

    /// <summary>Signals are the caller's business.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
