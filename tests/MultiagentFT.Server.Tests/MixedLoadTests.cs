using System.Globalization;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Server.Tests;

public sealed class MixedLoadTests
{
    private const int AtOnce = 12;

    /// <summary>From here on memory is measured: after all requests it has to be what it is after half of them.</summary>
    private const int ManyRequests = 10_000;

    /// <summary>
    /// Requests before those that are measured; MFT_LOAD_WARM_UP has another number. Until then it is compiled code that grows most, as the runtime compiles again what is
    /// called often: 10 200 methods and 149 MB resident after 2 000 requests, 18 000 and 178 MB after 20 000. Where nothing is compiled again
    /// (DOTNET_TieredCompilation=0) memory grows by 1.6 to 2.6 % from 5 000 to 10 000 requests without a warm-up, and by 1.0 % after one of 20 000.
    /// </summary>
    private static readonly int WarmUp = int.Parse(Environment.GetEnvironmentVariable("MFT_LOAD_WARM_UP") ?? "60000", CultureInfo.InvariantCulture);

    private const double MostGrowth = 1.02;

    /// <summary>MFT_LOAD=10000 makes a long one, which warms up first.</summary>
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
        var memory = new List<(long Resident, long Live)>();
        if (Requests >= ManyRequests) await AskAllAsync(0, WarmUp);
        refused = 0;

        foreach (var (start, end) in ((int, int)[])[(0, Requests / 2), (Requests / 2, Requests)])
        {
            await AskAllAsync(start, end);
            memory.Add(Memory());
            if (Log is not null) await File.AppendAllTextAsync(Log, Describe(end, memory[^1]));
        }

        Assert.InRange(refused, 1, Requests / 10);
        Assert.Contains("\"status\":\"ok\"", await server.Http.GetStringAsync("/health"), StringComparison.Ordinal);
        if (Requests < ManyRequests) return;
        Assert.True(memory[1].Resident <= MostGrowth * memory[0].Resident, $"{memory[0].Resident} bytes resident after half of the requests, {memory[1].Resident} after all");
        Assert.True(memory[1].Live <= MostGrowth * memory[0].Live, $"{memory[0].Live} bytes of objects in use after half of the requests, {memory[1].Live} after all");

        async Task AskAllAsync(int start, int end)
        {
            await Parallel.ForAsync(start, end, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, (index, _) => AskAsync(index % Requests));
            await server.IdleAsync();
        }

        async ValueTask AskAsync(int index)
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

    /// <summary>Bytes of this process in memory, and of managed objects that are in use.</summary>
    private static (long Resident, long Live) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: true));
    }

    private static string Describe(int requests, (long Resident, long Live) memory) => string.Create(
        CultureInfo.InvariantCulture,
        $"after {requests} requests: {memory.Resident} bytes resident, {memory.Live} of objects in use, {System.Runtime.JitInfo.GetCompiledMethodCount()} methods compiled\n");

    private static string Body(int index)
    {
        if (IsMalformed(index)) return Malformed[index / 10 % Malformed.Length];
        var model = Models[index % Models.Length];
        var more = index % 4 == 1 ? ",\"stream\":true" : "";
        return $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Question {index % 7}\"}}],\"seed\":{index % 5},\"max_tokens\":16{more}}}";
    }
}
