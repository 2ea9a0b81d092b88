using System.Globalization;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Server.Tests;

public sealed class MixedLoadTests
{
    private const int AtOnce = 12;

    /// <summary>MFT_LOAD=10000 makes a long one.</summary>
    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("MFT_LOAD") ?? "240", CultureInfo.InvariantCulture);

    private static readonly string[] Models = ["base", "generator-1", "generator-2", "critic-1", "critic-2", "society"];

    /// <summary>A third of the requests are cancelled at random moments and a tenth are malformed; the others are answered as if they were alone.</summary>
    [Fact]
    public async Task Whatever_clients_do_every_account_comes_back_to_zero()
    {
        await using var server = await TestServer.StartAsync();
        var bodies = Enumerable.Range(0, Requests).Select(Body).ToList();
        var alone = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var body in bodies.Where(body => !body.Contains("stream", StringComparison.Ordinal)).Distinct())
        {
            var (status, answer) = await server.PostAsync("/v1/chat/completions", body);
            alone[body] = status == 200 ? answer.GetProperty("choices").GetRawText() : $"{status}";
        }
        var refused = 0;

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) =>
        {
            var random = new Seed(7).Of(index).Generator();
            using var left = new CancellationTokenSource();
            if (index % 3 == 0) left.CancelAfter((int)(random.NextDouble() * 30));
            try
            {
                using var content = new StringContent(bodies[index], Encoding.UTF8, "application/json");
                using var response = await server.Http.PostAsync("/v1/chat/completions", content, left.Token);
                var text = await response.Content.ReadAsStringAsync(left.Token);
                if (!response.IsSuccessStatusCode) Interlocked.Increment(ref refused);
                if (!alone.TryGetValue(bodies[index], out var expected)) return;
                using var answer = System.Text.Json.JsonDocument.Parse(text);
                Assert.Equal(expected, response.IsSuccessStatusCode ? answer.RootElement.GetProperty("choices").GetRawText() : $"{(int)response.StatusCode}");
            }
            catch (OperationCanceledException) when (left.IsCancellationRequested)
            {
            }
        });

        Assert.InRange(refused, 1, Requests / 10);
        await server.IdleAsync();
        Assert.Contains("\"status\":\"ok\"", await server.Http.GetStringAsync("/health"), StringComparison.Ordinal);
    }

    private static string Body(int index)
    {
        var model = index % 10 == 9 ? "judge" : Models[index % Models.Length];
        var more = index % 4 == 1 ? ",\"stream\":true" : "";
        return $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Question {index % 7}\"}}],\"seed\":{index % 5},\"max_tokens\":16{more}}}";
    }
}
