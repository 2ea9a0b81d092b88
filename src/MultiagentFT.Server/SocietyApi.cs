using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Server.Access;
using MultiagentFT.Server.Admission;
using MultiagentFT.Server.Chat;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.Files;
using MultiagentFT.Server.FineTuning;
using MultiagentFT.Server.Models;
using MultiagentFT.Server.Page;
using MultiagentFT.Serving;

namespace MultiagentFT.Server;

/// <summary>OpenAI's API over a society, in any ASP.NET Core program.</summary>
public static class SocietyApi
{
    /// <summary>Adds what <see cref="MapMultiagentFT"/> needs.</summary>
    /// <param name="society">Stays the caller's, open as long as the program serves.</param>
    /// <exception cref="InputException">An option is out of range; all that are, are named.</exception>
    public static IServiceCollection AddMultiagentFT(this IServiceCollection services, ServedSociety society, ServerOptions? options = null)
    {
        options ??= new ServerOptions();
        if (options.Validate().ToList() is { Count: > 0 } errors) throw new InputException("server options: " + string.Join("; ", errors));
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(society);
        services.AddSingleton(new AdmissionGate(options.MaxRequests));
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<ChatEndpoint>();
        services.AddSingleton<ApiGuard>();
        if (options.StateFolder is { } state) AddState(services, state);
        services.AddSingleton<PageEndpoints>();
        if (options.RunFolder is { } run) AddRun(services, run);
        services.AddSingleton(provider => new ServerTelemetry(
            provider.GetRequiredService<IMeterFactory>(), society.Engine, provider.GetRequiredService<AdmissionGate>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Maps the API's paths, all of them behind the guards of <see cref="ServerOptions"/>, whatever else the program maps.</summary>
    /// <exception cref="InvalidOperationException"><see cref="AddMultiagentFT"/> was not called.</exception>
    public static IEndpointRouteBuilder MapMultiagentFT(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var society = services.GetRequiredService<ServedSociety>();
        var guard = services.GetRequiredService<ApiGuard>();
        var (models, chat) = (services.GetRequiredService<ModelEndpoints>(), services.GetRequiredService<ChatEndpoint>());
        app.MapGet("/health", guard.Around(context => HealthAsync(context, society), needsKey: false));
        app.MapGet("/v1/models", guard.Around(models.ListAsync));
        app.MapGet("/v1/models/{model}", guard.Around(models.GetAsync));
        app.MapDelete("/v1/models/{model}", guard.Around(models.DeleteAsync));
        app.MapPost("/v1/adapters", guard.Around(models.LoadAsync));
        app.MapPost("/v1/chat/completions", guard.Around(chat.CompleteAsync));
        if (services.GetService<FileEndpoints>() is { } files) MapFiles(app, guard, files);
        if (services.GetService<JobEndpoints>() is { } jobs) MapJobs(app, guard, jobs);
        app.Map("/v1/{**path}", guard.Around(context => throw ApiException.NotFound(
            "unknown_url", null, $"expected a method and path of this API, found {context.Request.Method} {Printable.Line(context.Request.Path)}")));
        return app;
    }

    /// <summary>Maps a page at <c>/</c> that holds debates and shows those of <see cref="ServerOptions.RunFolder"/>, and its paths under <c>/app</c>.</summary>
    /// <exception cref="InvalidOperationException"><see cref="AddMultiagentFT"/> was not called.</exception>
    public static IEndpointRouteBuilder MapMultiagentFTPage(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var guard = services.GetRequiredService<ApiGuard>();
        // Who has no key yet gets the page that asks for it, and nothing else.
        foreach (var asset in PageAsset.All) app.MapGet(asset.Path, guard.Around(asset.WriteAsync, needsKey: false));
        app.MapGet("/app/overview", guard.Around(services.GetRequiredService<PageEndpoints>().OverviewAsync));
        if (services.GetService<RunEndpoints>() is { } run)
        {
            app.MapGet("/app/run/curves", guard.Around(run.CurvesAsync));
            app.MapGet("/app/run/debates", guard.Around(run.DebatesAsync));
            app.MapGet("/app/run/debate", guard.Around(run.DebateAsync));
            var feedback = services.GetRequiredService<FeedbackEndpoints>();
            app.MapGet("/app/feedback", guard.Around(feedback.SummaryAsync));
            app.MapPost("/app/feedback", guard.Around(feedback.AddAsync));
        }
        app.Map("/app/{**path}", guard.Around(context => throw ApiException.NotFound(
            "unknown_url", null, $"expected a path of the page, which has those of runs when the server was started with one, found {context.Request.Method} {Printable.Line(context.Request.Path)}")));
        return app;
    }

    private static void AddRun(IServiceCollection services, string folder)
    {
        services.AddSingleton(new RunBrowser(folder));
        services.AddSingleton<RunEndpoints>();
        services.AddSingleton(provider => new FeedbackFile(
            provider.GetRequiredService<RunBrowser>().Layout.Feedback, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FeedbackEndpoints>();
    }

    private static void AddState(IServiceCollection services, string folder)
    {
        services.AddSingleton(_ => new StateFolder(folder));
        services.AddSingleton<FileStore>();
        services.AddSingleton<FileEndpoints>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
        services.AddSingleton<JobEndpoints>();
    }

    private static void MapFiles(IEndpointRouteBuilder app, ApiGuard guard, FileEndpoints files)
    {
        app.MapPost("/v1/files", guard.Around(files.UploadAsync));
        app.MapGet("/v1/files", guard.Around(files.ListAsync));
        app.MapGet("/v1/files/{file}", guard.Around(files.GetAsync));
        app.MapGet("/v1/files/{file}/content", guard.Around(files.ContentAsync));
        app.MapDelete("/v1/files/{file}", guard.Around(files.DeleteAsync));
    }

    private static void MapJobs(IEndpointRouteBuilder app, ApiGuard guard, JobEndpoints jobs)
    {
        app.MapPost("/v1/fine_tuning/jobs", guard.Around(jobs.CreateAsync));
        app.MapGet("/v1/fine_tuning/jobs", guard.Around(jobs.ListAsync));
        app.MapGet("/v1/fine_tuning/jobs/{job}", guard.Around(jobs.GetAsync));
        app.MapPost("/v1/fine_tuning/jobs/{job}/cancel", guard.Around(jobs.CancelAsync));
        app.MapGet("/v1/fine_tuning/jobs/{job}/events", guard.Around(jobs.EventsAsync));
        app.MapGet("/v1/fine_tuning/jobs/{job}/checkpoints", guard.Around(jobs.CheckpointsAsync));
    }

    /// <summary>503 when the engine has stopped by itself, as only a new process helps then.</summary>
    private static Task HealthAsync(HttpContext context, ServedSociety society)
    {
        var hasFailed = society.Engine.Fault is not null;
        context.Response.StatusCode = hasFailed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", hasFailed ? "failed" : "ok");
            json.WriteEndObject();
        });
    }
}
