using System.Net;
using System.Text.Json;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

/// <summary>The page's files and the debates of a run: only what the run folder holds, in pages, whatever lies there.</summary>
public sealed class PageTests
{
    private const string List = "/app/run/debates?stage=" + SampleRun.Stage;

    [Fact]
    public async Task The_page_comes_from_this_server_alone()
    {
        await using var server = await TestServer.StartAsync();
        using var page = await server.Http.GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", string.Join(' ', page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        foreach (var (path, type) in ((string, string)[])[("/app/main.js", "text/javascript"), ("/app/page.css", "text/css"), ("/app/icon.svg", "image/svg+xml")])
        {
            using var asset = await server.Http.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, type), (asset.StatusCode, asset.Content.Headers.ContentType?.MediaType));
            Assert.Equal("nosniff", asset.Headers.GetValues("X-Content-Type-Options").Single());
        }
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Http.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task Who_has_no_key_gets_the_page_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync(folder => new ServerOptions { ApiKey = "a secret key", RunFolder = SampleRun.Write(folder) });

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/app/main.js")).StatusCode);
        foreach (var path in (string[])["/app/overview", List, "/app/run/curves", "/app/run/debate?stage=" + SampleRun.Stage + "&line=1", "/app/feedback", "/app/anything"])
            Assert.Equal(401, (await server.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Without_a_run_there_is_nothing_to_browse()
    {
        await using var server = await TestServer.StartAsync();

        var (status, overview) = await server.GetAsync("/app/overview");

        Assert.Equal((200, JsonValueKind.Null), (status, overview.GetProperty("run").ValueKind));
        Assert.Contains("{question}", overview.GetProperty("solve").GetString()!, StringComparison.Ordinal);
        Assert.Equal(404, (await server.GetAsync(List)).Status);
        Assert.Equal(404, (await server.PostAsync("/app/feedback", "{}")).Status);
    }

    [Fact]
    public async Task Debates_are_listed_in_pages_filtered_and_searched()
    {
        await using var server = await StartAsync();

        var stages = (await server.GetAsync("/app/overview")).Body.GetProperty("run").GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()!);
        Assert.Equal(["debate-0-evaluation", SampleRun.Stage, "multiagent-ft-1-training"], stages);
        Assert.Equal("45 45: " + Numbers(Enumerable.Range(1, 20)), await LinesAsync(server, ""));
        Assert.Equal("45 45: 41 42 43 44 45", await LinesAsync(server, "&offset=40&limit=20"));
        Assert.Equal("45 45: ", await LinesAsync(server, "&offset=2147483647"));
        Assert.Equal("45 15: " + Numbers(Enumerable.Range(1, 15).Select(third => third * 3)), await LinesAsync(server, "&filter=wrong-to-right"));
        Assert.Equal("45 1: 2", await LinesAsync(server, "&filter=right-to-wrong"));
        Assert.Equal("45 1: 5", await LinesAsync(server, "&filter=no-majority"));
        Assert.Equal("45 1: 2", await LinesAsync(server, "&filter=wrong"));
        Assert.Equal("45 17: 2 3 5", await LinesAsync(server, "&filter=contested&limit=3"));
        Assert.Equal("45 1: 12", await LinesAsync(server, "&search=IS+11%2B1&filter=wrong-to-right"));
        Assert.Equal("45 0: ", await LinesAsync(server, "&search=nothing"));
    }

    [Fact]
    public async Task A_debate_is_shown_whole_and_graded()
    {
        await using var server = await StartAsync();

        var (status, body) = await server.GetAsync($"/app/run/debate?stage={SampleRun.Stage}&line=3");

        Assert.Equal(200, status);
        Assert.Equal(JsonSerializer.Serialize(SampleRun.Debate(3), Foundation.JsonFormats.Line), body.GetProperty("transcript").GetRawText());
        var grades = body.GetProperty("grades").EnumerateArray().Select(grade => (Flag(grade, "vote"), Flag(grade, "right"), Flag(grade, "changed")));
        // Two wrong and one right at first; then all three have changed their minds.
        Assert.Equal(
            [(false, false, false), (false, false, false), (true, true, false), (true, true, true), (true, true, true), (false, false, true)],
            grades);
    }

    [Fact]
    public async Task Curves_are_those_of_the_run()
    {
        await using var server = await StartAsync();

        var curves = (await server.GetAsync("/app/run/curves")).Body.GetProperty("curves").EnumerateArray().ToList();

        Assert.Equal(["greedy", "debate", "multiagent-ft"], curves.Select(curve => curve.GetProperty("method").GetString()!));
        var point = curves[2].GetProperty("points")[0];
        Assert.Equal((1, 0.94), (point.GetProperty("iteration").GetInt32(), point.GetProperty("accuracy").GetDouble()));
        Assert.InRange(point.GetProperty("low").GetDouble(), 0.91, 0.94);
        Assert.Equal("debate", curves[2].GetProperty("startsAs").GetString());
    }

    [Fact]
    public async Task A_run_that_goes_on_is_read_as_far_as_it_is_whole()
    {
        await using var server = await StartAsync(hasResults: false);
        var path = Path.Combine(server.Folder.File("run"), "transcripts", SampleRun.Stage + ".jsonl");

        Assert.Equal(JsonValueKind.Null, (await server.GetAsync("/app/run/curves")).Body.GetProperty("curves").ValueKind);
        Assert.StartsWith("45 45: 1 ", await LinesAsync(server, ""), StringComparison.Ordinal);
        var line = JsonSerializer.SerializeToUtf8Bytes(SampleRun.Debate(46), Foundation.JsonFormats.Line);
        Append(path, line[..100]);
        Assert.StartsWith("45 45: 1 ", await LinesAsync(server, ""), StringComparison.Ordinal);
        Append(path, [.. line[100..], (byte)'\n']);
        Assert.Equal("46 46: 46", await LinesAsync(server, "&offset=45"));
    }

    [Theory]
    [InlineData("/app/run/debates", 400)]
    [InlineData("/app/run/debates?stage=", 400)]
    [InlineData("/app/run/debates?stage=multiagent-ft-9-evaluation", 404)]
    [InlineData("/app/run/debates?stage=../../secret-1-evaluation", 404)]
    [InlineData("/app/run/debates?stage=%2e%2e%2fsecret-1-evaluation", 404)]
    [InlineData("/app/run/debates?stage=linked-1-evaluation", 404)]
    [InlineData("/app/run/debates?stage=/etc/passwd%00", 404)]
    [InlineData(List + "&filter=best", 400)]
    [InlineData(List + "&limit=0", 400)]
    [InlineData(List + "&limit=101", 400)]
    [InlineData(List + "&offset=-1", 400)]
    [InlineData(List + "&offset=99999999999", 400)]
    [InlineData(List + "&order=up", 400)]
    [InlineData(List + "&filter=all&filter=wrong", 400)]
    [InlineData("/app/run/debate?stage=" + SampleRun.Stage, 400)]
    [InlineData("/app/run/debate?stage=" + SampleRun.Stage + "&line=0", 400)]
    [InlineData("/app/run/debate?stage=" + SampleRun.Stage + "&line=46", 404)]
    [InlineData("/app/config.json", 404)]
    [InlineData("/app/../run/config.json", 404)]
    public async Task Nothing_but_the_debates_of_the_run_can_be_read(string path, int expected)
    {
        await using var server = await StartAsync(folder =>
        {
            File.WriteAllText(folder.File("secret-1-evaluation.jsonl"), JsonSerializer.Serialize(SampleRun.Debate(1), Foundation.JsonFormats.Line) + "\n");
            File.CreateSymbolicLink(Path.Combine(folder.File("run"), "transcripts", "linked-1-evaluation.jsonl"), folder.File("secret-1-evaluation.jsonl"));
        });

        var (status, body) = await server.GetAsync(path);

        Assert.Equal(expected, status);
        if (body.ValueKind == JsonValueKind.Object) Assert.False(string.IsNullOrEmpty(body.GetProperty("error").GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("not JSON\n", "line 1")]
    [InlineData("{}\n", "format")]
    [InlineData("{\"format\":2}\n", "line 1")]
    public async Task A_broken_file_is_named_and_the_others_are_shown(string content, string place)
    {
        await using var server = await StartAsync(folder => File.WriteAllText(Path.Combine(folder.File("run"), "transcripts", "debate-0-evaluation.jsonl"), content));

        var (status, body) = await server.GetAsync("/app/run/debates?stage=debate-0-evaluation");

        Assert.Equal((409, "run_not_readable"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains(place, body.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync(List)).Status);
    }

    internal static Task<TestServer> StartAsync(Action<TemporaryFolder>? prepare = null, bool hasResults = true) => TestServer.StartAsync(folder =>
    {
        var run = SampleRun.Write(folder, hasResults);
        prepare?.Invoke(folder);
        return new ServerOptions { RunFolder = run };
    });

    /// <returns>Debates of the stage, debates that match, and the lines of those that are listed.</returns>
    private static async Task<string> LinesAsync(TestServer server, string query)
    {
        var (status, body) = await server.GetAsync(List + query);
        Assert.Equal(200, status);
        var lines = body.GetProperty("debates").EnumerateArray().Select(debate => debate.GetProperty("line").GetInt32());
        return $"{body.GetProperty("total")} {body.GetProperty("matching")}: {Numbers(lines)}";
    }

    private static string Numbers(IEnumerable<int> numbers) => string.Join(' ', numbers);

    private static bool Flag(JsonElement grade, string name) => grade.GetProperty(name).GetBoolean();

    private static void Append(string path, byte[] content)
    {
        using var stream = new FileStream(path, FileMode.Append);
        stream.Write(content);
    }
}
