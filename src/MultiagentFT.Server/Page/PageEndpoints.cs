using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Page;

/// <summary><c>GET /app/overview</c>: what the page can do here.</summary>
internal sealed class PageEndpoints(ServedSociety society, RunBrowser? run = null)
{
    public Task OverviewAsync(HttpContext context)
    {
        _ = new PageQuery(context);
        // Read before anything is sent.
        var (config, stages) = (run?.Config(), run?.Stages() ?? []);
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("solve", society.Options.Prompts.Solve);
            json.WriteNumber("agents", society.Options.Debate.Agents);
            json.WriteNumber("rounds", society.Options.Debate.Rounds);
            if (run is null || config is null)
            {
                json.WriteNull("run");
            }
            else
            {
                json.WriteStartObject("run");
                json.WriteString("name", Path.GetFileName(run.Layout.Root));
                json.WriteString("task", Path.GetFileName(config.Task));
                json.WriteNumber("iterations", config.Iterations);
                json.WriteBoolean("finished", run.IsFinished);
                json.WriteStartArray("stages");
                foreach (var stage in stages) Write(json, stage);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, RunStage stage)
    {
        json.WriteStartObject();
        json.WriteString("name", stage.Name);
        json.WriteString("title", MethodCatalog.Default.Title(stage.Method));
        json.WriteNumber("iteration", stage.Iteration);
        json.WriteString("activity", stage.Activity);
        json.WriteEndObject();
    }
}
