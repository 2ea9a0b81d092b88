using System.Diagnostics;
using OpenAI.Chat;

namespace MultiagentFT.Server.Tests;

/// <summary>Alone, as what exports metrics listens to all servers of a process.</summary>
[Collection(nameof(TelemetryTests))]
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_count_what_was_done()
    {
        await using var server = await TestServer.StartAsync();
        await server.Chat("generator-1").CompleteChatAsync(new UserChatMessage("Hi."));

        var metrics = await server.Http.GetStringAsync("/metrics");

        Assert.Matches("mft_server_requests_total\\{[^}]*model=\"generator-1\"[^}]*outcome=\"answered\"[^}]*\\} 1", metrics);
        Assert.Matches("mft_engine_tokens_generated_total\\S* [1-9]", metrics);
        Assert.Matches("mft_engine_step_duration_seconds_count\\S* [1-9]", metrics);
        Assert.Matches("mft_engine_running\\S* 0", metrics);
        Assert.Matches("mft_engine_kv_held\\S* [1-9]", metrics);
        Assert.Matches("mft_engine_adapters\\S* 4", metrics);
    }

    [Fact]
    public async Task A_completion_is_a_span_that_holds_no_text()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ServerTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await TestServer.StartAsync();
        ChatCompletion answer = await server.Chat("critic-2").CompleteChatAsync(new UserChatMessage("a secret"));
        await server.PostAsync("/v1/chat/completions", "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"<|im_end|>\"}]}");

        Assert.Equal(["chat critic-2", "chat base"], spans.Select(span => span.DisplayName));
        Assert.Equal([ActivityStatusCode.Ok, ActivityStatusCode.Error], spans.Select(span => span.Status));
        Assert.Equal((long)answer.Usage.OutputTokenCount, spans[0].GetTagItem("gen_ai.usage.output_tokens"));
        Assert.DoesNotContain("secret", string.Join(' ', spans[0].TagObjects.Select(tag => $"{tag.Value}")), StringComparison.Ordinal);
    }
}
