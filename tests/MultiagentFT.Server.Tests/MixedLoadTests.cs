using System.Globalization;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Server.Tests;

public sealed class MixedLoadTests
{
    private const int AtOnce = 12;

    /// <summary>
    /// From here on the memory of the process has to stay what it is at half of them. Before it the runtime still warms up: it grew by 6 % from 5 000 to 10 000
    /// requests, by 3 % from 20 000 to 40 000, and not at all from 60 000 to 120 000.
    /// </summary>
    private const int ManyRequests = 100_000;

    private const double MostGrowth = 1.02;

    /// <summary>MFT_LOAD=10000 makes a long one.</summary>
    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("MFT_LOAD") ?? "240", CultureInfo.InvariantCulture);

    /// <summary>File to which the memory of the process is appended.</summary>
    private static readonly string? Log = Environment.GetEnvironmentVariable("MFT_LOAD_LOG");

    private static readonly string[] Malformed =
    [
        "{\"model\":\"judge\",\"messages\":[{\"role\":\"user\",\"content\":\"Question\"}]}",
        "{\"model\":\"base\",\"messages\":",
        "{\"model\":\"base\",\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"Question\"}],\"n\":1000000}",
        "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"Question\"}],\"stream\":\"yes\"}",
        "{\"model\":\"society\",\"messages\":[{\"role\":\"user\",\"content\":\"Question\"}],\"tools\":[{}]}",
        "[]",
    ];

    private static readonly string[] Models = ["base", "generator-1", "generator-2", "critic-1", "critic-2", "society"];

    /// <summary>A third of the requests are cancelled at random moments and a tenth are malformed; the others are answered as if they were alone.</summary>
    [Fact]
    public async Task Whatever_clients_do_every_account_comes_back_to_zero()
    {
        await using var server = await TestServer.StartAsync();
        var bodies = Enumerable.Range(0, Requests).Select(Body).ToList();
        var alone = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var body in bodies.Where(body => !body.Contains("stream\":true", StringComparison.Ordinal)).Distinct())
        {
            var (status, answer) = await server.PostAsync("/v1/chat/completions", body);
            alone[body] = status == 200 ? answer.GetProperty("choices").GetRawText() : $"{status}";
        }
        var refused = 0;
        var resident = new List<long>();

        foreach (var (start, end) in ((int, int)[])[(0, Requests / 2), (Requests / 2, Requests)])
        {
            await Parallel.ForAsync(start, end, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, AskAsync);
            await server.IdleAsync();
            resident.Add(Resident());
            if (Log is not null) await File.AppendAllTextAsync(Log, string.Create(CultureInfo.InvariantCulture, $"after {end} requests: {resident[^1]} bytes resident\n"));
        }

        Assert.InRange(refused, 1, Requests / 10);
        Assert.Contains("\"status\":\"ok\"", await server.Http.GetStringAsync("/health"), StringComparison.Ordinal);
        if (Requests >= ManyRequests) Assert.True(resident[1] <= MostGrowth * resident[0], $"{resident[0]} bytes resident after half of the requests, {resident[1]} after all");

        async ValueTask AskAsync(int index, CancellationToken cancellation)
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
                if (IsMalformed(index))
                {
                    Assert.InRange((int)response.StatusCode, 400, 499);
                    using var error = System.Text.Json.JsonDocument.Parse(text);
                    Assert.NotEmpty(error.RootElement.GetProperty("error").GetProperty("message").GetString()!);
                }
                if (!alone.TryGetValue(bodies[index], out var expected)) return;
                using var answer = System.Text.Json.JsonDocument.Parse(text);
                Assert.Equal(expected, response.IsSuccessStatusCode ? answer.RootElement.GetProperty("choices").GetRawText() : $"{(int)response.StatusCode}");
            }
            catch (OperationCanceledException) when (left.IsCancellationRequested)
            {
            }
        }
    }

    private static bool IsMalformed(int index) => index % 10 == 9;

    /// <summary>Bytes of this process in memory, once what is garbage is given back.</summary>
    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static string Body(int index)
    {
        if (IsMalformed(index)) return Malformed[index / 10 % Malformed.Length];
        var model = Models[index % Models.Length];
        var more = index % 4 == 1 ? ",\"stream\":true" : "";
        return $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Question {index % 7}\"}}],\"seed\":{index % 5},\"max_tokens\":16{more}}}";
    }
}
