using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The whole of it in the real program: a job trains by a process of its own, its model answers, a signal ends the server.</summary>
    [Fact]
    public async Task A_job_of_the_real_trainer_is_served_and_a_signal_ends_the_server()
    {
        if (OperatingSystem.IsWindows()) return;
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("tutor.gguf"), model);
        using var server = MftProcess.Start(
            ["serve", "--model", model, "--adapter", $"tutor={adapter}", "--port", "0", "--state", _folder.File("state"), "--max-new-tokens", "8", "--slot-context", "256", "--memory", "1GiB"],
            ("MFT_API_KEY", "a key of the test"));
        try
        {
            var line = await server.StandardOutput.ReadLineAsync();
            Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = new Uri(line!["listening on ".Length..]) };
            http.DefaultRequestHeaders.Authorization = new("Bearer", "a key of the test");

            var trained = await TrainAsync(http);

            foreach (var name in (string[])["tutor", "critic-3", trained])
            {
                using var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { model = name, messages = new[] { new { role = "user", content = "Hi." } } });
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }
        }
        finally
        {
            using var signal = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync();
        }
        var told = (await server.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((0, 3, "mft: stopping; what runs may end first"), (server.ExitCode, told.Length, told[^1]));
        Assert.Matches(@"^memory: [\d.]+ MiB for the engine, [\d.]+ MiB for a trainer, [\d.]+ KiB for adapters that are loaded later$", told[0]);
    }

    [Theory]
    [InlineData("address: expected loopback", "--address", "0.0.0.0")]
    [InlineData("--address: expected an address in numbers", "--address", "example.org")]
    [InlineData("port: expected 0 to 65535, found 70000", "--port", "70000")]
    [InlineData("--adapter: expected NAME=FILE", "--adapter", "tutor.gguf")]
    [InlineData("--beside: expected NAME=RUN, found runs", "--beside", "runs")]
    [InlineData("no-such-run: expected a run folder", "--beside", "other=no-such-run")]
    [InlineData("expected a folder, found none", "--adapters-from", "no-such-folder")]
    [InlineData("expected a readable file with a key", "--api-key-file", "no-such-file")]
    [InlineData("--deadline: expected 0 to 86400 seconds", "--deadline", "-1")]
    [InlineData("--trainer-memory: expected --memory, found options that would be ignored", "--trainer-memory", "1GiB")]
    [InlineData("--adapter-memory: expected --state or --adapters-from, found options", "--memory", "1GiB", "--adapter-memory", "1GiB")]
    [InlineData("--memory: expected more than the ", "--memory", "200MiB", "--state", "no-such-state")]
    [InlineData("--trainer-memory: expected at least ", "--memory", "2GiB", "--state", "no-such-state", "--trainer-memory", "10MiB")]
    [InlineData("maxChoices: expected 1 to maxRequests (2), found 3", "--max-requests", "2", "--max-choices", "3")]
    public async Task What_cannot_be_served_so_is_one_sentence(string reason, params string[] options)
    {
        var result = await Mft.RunAsync(options.Contains("--port") ? ["serve", .. options] : ["serve", "--port", "0", .. options]);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("listening", result.Output, StringComparison.Ordinal);
    }

    private static async Task<string> TrainAsync(HttpClient http)
    {
        var lines = Enumerable.Range(1, 4).Select(number =>
            $$"""{"messages":[{"role":"user","content":"What is {{number}}?"},{"role":"assistant","content":"\\boxed{{{number}}}"}]}""");
        using var form = new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" }, { new StringContent(string.Join('\n', lines)), "file", "data.jsonl" } };
        using var upload = await http.PostAsync("/v1/files", form);
        var file = (await upload.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var creation = await http.PostAsJsonAsync(
            "/v1/fine_tuning/jobs", new { model = "base", training_file = file, seed = 1, hyperparameters = new { n_epochs = 1 } });
        var job = (await creation.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = await http.GetFromJsonAsync<JsonElement>($"/v1/fine_tuning/jobs/{job}");
            if (now.GetProperty("status").GetString() == "succeeded") return now.GetProperty("fine_tuned_model").GetString()!;
            Assert.True(now.GetProperty("error").ValueKind == JsonValueKind.Null, now.GetRawText());
            await Task.Delay(50, patience.Token);
        }
    }
}
