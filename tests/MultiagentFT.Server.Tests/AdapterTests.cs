using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;
using MultiagentFT.Testing;
using OpenAI.Chat;

namespace MultiagentFT.Server.Tests;

/// <summary>Adapters that come, are replaced and go while requests run.</summary>
public sealed class AdapterTests
{
    private static readonly ChatCompletionOptions Options = new() { Seed = 3 };
    private static readonly UserChatMessage Message = new(new string('x', 60));

    [Fact]
    public async Task A_replaced_adapter_answers_with_its_new_weights_and_nothing_stale()
    {
        await using var server = await StartAsync();
        var expected = new Dictionary<string, string>();
        foreach (var seed in (ulong[])[11, 12])
        {
            var file = $"a{seed}.gguf";
            TestServer.Adapter(server.Folder, Path.Combine("adapters", file), seed);
            var (status, model) = await server.PostAsync("/v1/adapters", $$"""{"name":"tutor","file":"{{file}}"}""");

            Assert.Equal(seed == 11 ? 201 : 200, status);
            Assert.Equal($"tutor@{seed - 10}", model.GetProperty("multiagentft").GetProperty("adapter").GetString());
            ChatCompletion first = await server.Chat("tutor").CompleteChatAsync([Message], Options);
            ChatCompletion second = await server.Chat("tutor").CompleteChatAsync([Message], Options);
            // Keys and values of the old weights are not reused, those of the new ones are.
            Assert.Equal(0, first.Usage.InputTokenDetails?.CachedTokenCount ?? 0);
            Assert.Equal(second.Usage.InputTokenCount - 1, second.Usage.InputTokenDetails!.CachedTokenCount);
            expected[file] = first.Content[0].Text;
        }

        Assert.NotEqual(expected["a11.gguf"], expected["a12.gguf"]);
        Assert.Equal(5, server.Load.Adapters);
        using var deletion = await server.Http.DeleteAsync("/v1/models/tutor");
        Assert.True(deletion.IsSuccessStatusCode);
        Assert.Equal(4, server.Load.Adapters);
        Assert.Equal(404, (await server.PostAsync("/v1/chat/completions", Body("tutor", ""))).Status);
        await using var fresh = await ServedSociety.OpenAsync(server.Society.Options with
        {
            Adapters = [.. server.Society.Options.Adapters, new AgentAdapter("fresh", 1, server.Folder.File("adapters/a12.gguf"))],
        });
        var own = await fresh.Engine.GenerateAsync(new GenerationRequest
        {
            Messages = [Contracts.Generation.ChatMessage.User(new string('x', 60))],
            Adapter = new AdapterVersion("fresh", 1),
            Seed = 3,
            MaxNewTokens = 24,
        });
        Assert.Equal(own.Text, expected["a12.gguf"]);
    }

    [Fact]
    public async Task Requests_that_run_keep_the_weights_they_began_with()
    {
        await using var server = await StartAsync();
        foreach (var seed in (ulong[])[1, 2]) TestServer.Adapter(server.Folder, $"adapters/b{seed}.gguf", seed + 20);
        await server.PostAsync("/v1/adapters", "{\"name\":\"tutor\",\"file\":\"b1.gguf\"}");
        var (_, first) = await server.PostAsync("/v1/chat/completions", Body("tutor", ",\"max_tokens\":300,\"seed\":1"));
        await server.PostAsync("/v1/adapters", "{\"name\":\"tutor\",\"file\":\"b2.gguf\"}");
        var (_, second) = await server.PostAsync("/v1/chat/completions", Body("tutor", ",\"max_tokens\":300,\"seed\":1"));
        string[] known = [TextOf(first), TextOf(second)];

        // Half a hundred requests while the weights change to and fro.
        var answers = new List<Task<(int Status, JsonElement Body)>>();
        for (var i = 0; i < 6; i++)
        {
            answers.AddRange(Enumerable.Range(0, 8).Select(_ => server.PostAsync("/v1/chat/completions", Body("tutor", ",\"max_tokens\":300,\"seed\":1"))));
            await server.PostAsync("/v1/adapters", $$"""{"name":"tutor","file":"b{{(i % 2) + 1}}.gguf"}""");
        }

        foreach (var (status, answer) in await Task.WhenAll(answers))
        {
            Assert.Equal(200, status);
            Assert.Contains(TextOf(answer), known);
        }
        Assert.NotEqual(known[0], known[1]);
        Assert.Equal(5, server.Load.Adapters);
        await server.IdleAsync();
    }

    [Fact]
    public async Task Adapters_beyond_the_memory_for_them_are_refused()
    {
        using var folder = new TemporaryFolder();
        var model = TestServer.Model(folder);
        Directory.CreateDirectory(folder.File("adapters"));
        var file = TestServer.Adapter(folder, "adapters/a.gguf", 30);
        var bytes = AdapterDemand.OfFiles([file]).MostBytesOver(model);
        await using var server = await TestServer.StartAsync(
            folder => new ServerOptions
            {
                AdapterFolder = folder.File("adapters"),
                AdapterBytes = 2 * bytes,
                StateFolder = folder.File("state"),
                Trainer = new ScriptedTrainer(),
            },
            folder: folder);

        Assert.Equal(201, (await LoadAsync("a")).Status);
        Assert.Equal(201, (await LoadAsync("b")).Status);
        var (status, answer) = await LoadAsync("c");
        var (replacing, _) = await LoadAsync("b");
        Assert.Equal((409, "no_memory"), (status, answer.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("model: expected room for another adapter of ", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        // The old weights are in memory until the new ones are.
        Assert.Equal(409, replacing);
        const string Form = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}\r\n--b--\r\n";
        var (_, upload) = await server.PostAsync("/v1/files", Form, "multipart/form-data; boundary=b");
        var (refused, job) = await server.PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"base","training_file":"{{upload.GetProperty("id").GetString()}}"}""");
        Assert.Equal((409, "no_memory"), (refused, job.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(6, server.Load.Adapters);

        using var deletion = await server.Http.DeleteAsync("/v1/models/a");
        Assert.True(deletion.IsSuccessStatusCode);
        Assert.Equal(200, (await LoadAsync("b")).Status);
        Assert.Equal(201, (await LoadAsync("c")).Status);
        Assert.Equal(409, (await LoadAsync("d")).Status);
        Assert.Equal(6, server.Load.Adapters);

        Task<(int Status, JsonElement Body)> LoadAsync(string name) => server.PostAsync("/v1/adapters", $$"""{"name":"{{name}}","file":"a.gguf"}""");
    }

    [Fact]
    public async Task What_is_no_adapter_of_the_folder_is_refused()
    {
        await using var server = await StartAsync();
        await File.WriteAllTextAsync(server.Folder.File("adapters/none.gguf"), "no adapter");
        File.CreateSymbolicLink(server.Folder.File("adapters/link.gguf"), server.Folder.File("agent-0.gguf"));

        foreach (var (name, file, expected) in ((string, string, int)[])
        [
            ("a", "../agent-0.gguf", 400), ("a", "/etc/passwd", 400), ("a", "..", 400), ("a", "", 400), ("a", "link.gguf", 400),
            ("a", "missing.gguf", 404), ("a", "none.gguf", 400), ("generator-1", "none.gguf", 409), ("society", "none.gguf", 409), ("a b", "none.gguf", 400),
        ])
        {
            var (status, answer) = await server.PostAsync("/v1/adapters", JsonSerializer.Serialize(new { name, file }));
            Assert.Equal((expected, name, file), (status, name, file));
            Assert.NotEmpty(answer.GetProperty("error").GetProperty("message").GetString()!);
        }
        Assert.Equal(4, server.Load.Adapters);
    }

    [Fact]
    public async Task Adapters_named_from_the_beginning_are_served_and_names_are_checked()
    {
        using var folder = new TemporaryFolder();
        var model = TestServer.Model(folder);
        var file = TestServer.Adapter(folder, "named.gguf", 9);
        var options = new SocietyOptions(model) { Adapters = [new AgentAdapter("tutor", 1, file)] };
        await using var society = await ServedSociety.OpenAsync(options);
        await using var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0 });
        using var http = new HttpClient { BaseAddress = host.Address };

        Assert.Contains("\"tutor\"", await http.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        await using var taken = await ServedSociety.OpenAsync(options with { Adapters = [new AgentAdapter("critic-1", 1, file)] });
        var error = await Assert.ThrowsAsync<InputException>(() => SocietyHost.StartAsync(taken, null, new HostOptions { Port = 0 }));
        Assert.Contains("a name that is not taken", error.Message, StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(folder =>
    {
        Directory.CreateDirectory(folder.File("adapters"));
        return new ServerOptions { AdapterFolder = folder.File("adapters") };
    });

    private static string Body(string model, string more) =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{new string('x', 60)}}"}]{{more}}}""";

    private static string TextOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}
