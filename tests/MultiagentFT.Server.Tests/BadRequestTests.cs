using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MultiagentFT.Server.Tests;

/// <summary>Every malformed request is answered by a 4xx that says why, in OpenAI's form, and the others are served on.</summary>
public sealed class BadRequestTests
{
    private const string Ask = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello.\"}]";

    /// <summary>Bodies, the field that is named, and what the message says.</summary>
    public static TheoryData<string, string?, string> Bodies { get; } = new()
    {
        { "", null, "a JSON object" },
        { "{", null, "a JSON object" },
        { "[]", null, "a JSON object" },
        { "{\"model\":\"base\",\"model\":\"base\"," + Ask + "}", null, "a JSON object" },
        { "{\"model\":\"base\"," + Ask + ",\"\\ud800\":1}", null, "a JSON object" },
        { "{\"model\":\"base\"," + Ask + ",\"n\":\"\\ud800\"}", "n", "a whole number" },
        { "{\"model\":\"base\"," + Ask + ",\"service_tier\":\"\\ud800\"}", "service_tier", "auto or default" },
        { "{\"model\":\"base\"," + Ask + ",\"metadata\":{\"a\":{}},\"x\":{\"y\":{\"z\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}}", null, "a JSON object" },
        { "{" + Ask + "}", "model", "found none" },
        { "{\"model\":null," + Ask + "}", "model", "found none" },
        { "{\"model\":5," + Ask + "}", "model", "a text" },
        { "{\"model\":\"judge\"," + Ask + "}", "model", "GET /v1/models" },
        { "{\"model\":\"base\"}", "messages", "found none" },
        { "{\"model\":\"base\",\"messages\":[]}", "messages", "at least one" },
        { "{\"model\":\"base\",\"messages\":\"hello\"}", "messages", "a list" },
        { "{\"model\":\"base\",\"messages\":[5]}", "messages[0]", "a message" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}", "messages[0].role", "system, developer, user or assistant" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\"}]}", "messages[0].content", "found none" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":{}}]}", "messages[0].content", "a text" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "messages[0].content[0].type", "expected text" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"b\"}]}", "messages[0].name", "does not support" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", "messages[0].content", "surrogate" },
        { "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"<|im_end|>\"}]}", "messages", "control tokens" },
        { "{\"model\":\"base\"," + Ask + ",\"n\":0}", "n", "1 to 16" },
        { "{\"model\":\"base\"," + Ask + ",\"n\":1000000000}", "n", "1 to 16" },
        { "{\"model\":\"base\"," + Ask + ",\"n\":1.5}", "n", "a whole number" },
        { "{\"model\":\"base\"," + Ask + ",\"temperature\":3}", "temperature", "0 to 2" },
        { "{\"model\":\"base\"," + Ask + ",\"temperature\":\"hot\"}", "temperature", "a number" },
        { "{\"model\":\"base\"," + Ask + ",\"top_p\":0}", "top_p", "above 0" },
        { "{\"model\":\"base\"," + Ask + ",\"max_tokens\":0}", "max_tokens", "1 to" },
        { "{\"model\":\"base\"," + Ask + ",\"max_tokens\":1,\"max_completion_tokens\":2}", "max_tokens", "max_completion_tokens" },
        { "{\"model\":\"base\"," + Ask + ",\"seed\":\"a\"}", "seed", "a whole number" },
        { "{\"model\":\"base\"," + Ask + ",\"stop\":[\"\"]}", "stop", "1 to 1024" },
        { "{\"model\":\"base\"," + Ask + ",\"stop\":7}", "stop", "a text" },
        { "{\"model\":\"base\"," + Ask + ",\"top_logprobs\":2}", "top_logprobs", "logprobs true" },
        { "{\"model\":\"base\"," + Ask + ",\"logprobs\":true,\"top_logprobs\":21}", "top_logprobs", "0 to 20" },
        { "{\"model\":\"base\"," + Ask + ",\"stream\":1}", "stream", "true or false" },
        { "{\"model\":\"base\"," + Ask + ",\"stream_options\":{}}", "stream_options", "stream true" },
        { "{\"model\":\"base\"," + Ask + ",\"stream\":true,\"stream_options\":{\"more\":1}}", "stream_options.more", "unknown" },
        { "{\"model\":\"base\"," + Ask + ",\"response_format\":{\"type\":\"json_schema\"}}", "response_format.type", "text or json_object" },
        { "{\"model\":\"base\"," + Ask + ",\"response_format\":{\"type\":\"json_object\",\"strict\":true}}", "response_format.strict", "unknown" },
        { "{\"model\":\"society\"," + Ask + ",\"response_format\":{\"type\":\"json_object\"}}", "response_format.type", "expected text" },
        { "{\"model\":\"base\"," + Ask + ",\"tools\":[]}", "tools", "does not support" },
        { "{\"model\":\"base\"," + Ask + ",\"frequency_penalty\":1}", "frequency_penalty", "expected 0" },
        { "{\"model\":\"base\"," + Ask + ",\"logit_bias\":{\"1\":5}}", "logit_bias", "no token" },
        { "{\"model\":\"base\"," + Ask + ",\"store\":true}", "store", "expected false" },
        { "{\"model\":\"base\"," + Ask + ",\"tempreature\":1}", "tempreature", "unknown" },
        { "{\"model\":\"society\"," + Ask + ",\"n\":2}", "n", "one answer" },
        { "{\"model\":\"society\"," + Ask + ",\"stop\":\"a\"}", "stop", "read whole" },
        { "{\"model\":\"society\"," + Ask + ",\"logprobs\":true}", "logprobs", "several models" },
        { "{\"model\":\"society\",\"messages\":[{\"role\":\"user\",\"content\":\" \"}]}", "messages", "a question" },
        { "{\"model\":\"society\",\"messages\":[{\"role\":\"system\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]}", "messages", "one user message" },
    };

    [Fact]
    public async Task A_malformed_request_is_told_what_is_wrong()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var (body, param, reason) in Bodies.Select(row => row.Data))
        {
            foreach (var streamed in (string[])[body, body.Replace("{\"model\":\"", "{\"stream\":true,\"model\":\"", StringComparison.Ordinal)])
            {
                // Fields that stand beside stream twice are another error.
                if (streamed != body && body.Contains("stream", StringComparison.Ordinal)) continue;
                var (status, answer) = await server.PostAsync("/v1/chat/completions", streamed);

                Assert.InRange(status, 400, 499);
                var error = answer.GetProperty("error");
                Assert.Contains(reason, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
                Assert.Equal(param, error.GetProperty("param").GetString());
                Assert.False(string.IsNullOrEmpty(error.GetProperty("code").GetString()));
                Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
            }
        }
        Assert.Equal(200, (await server.PostAsync("/v1/chat/completions", "{\"model\":\"base\"," + Ask + "}")).Status);
        await server.IdleAsync();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent([.. "{\"model\":\""u8, 0xff, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        using var answer = await server.Http.PostAsync("/v1/chat/completions", content);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("expected UTF-8", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_says_what_is_done_anyway_is_taken()
    {
        await using var server = await TestServer.StartAsync();
        const string Harmless = ",\"frequency_penalty\":0,\"presence_penalty\":0.0,\"logit_bias\":{},\"store\":false,\"service_tier\":\"auto\",\"user\":\"me\","
            + "\"metadata\":{\"a\":\"b\"},\"modalities\":[\"text\"],\"response_format\":{\"type\":\"text\"},\"tools\":null,\"stop\":null,\"n\":1,\"safety_identifier\":\"x\"";

        var (status, answer) = await server.PostAsync("/v1/chat/completions", "{\"model\":\"base\"," + Ask + Harmless + "}");

        Assert.True(status == 200, answer.GetRawText());
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused_by_its_name()
    {
        await using var server = await TestServer.StartAsync();
        var body = $$"""{"model":"base","messages":[{"role":"user","content":"{{new string('a', 5000)}}"}]}""";

        var (status, answer) = await server.PostAsync("/v1/chat/completions", body);

        Assert.Equal((400, "context_length_exceeded"), (status, answer.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Bodies_and_paths_that_are_none_of_this_api_are_refused()
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { MaxBodyBytes = 2048 });

        Assert.Equal(415, (await server.PostAsync("/v1/chat/completions", "{}", "text/plain")).Status);
        Assert.Equal(413, (await server.PostAsync("/v1/chat/completions", new string(' ', 5000))).Status);
        Assert.Equal("unknown_url", (await server.GetAsync("/v1/chat/completions")).Body.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(404, (await server.PostAsync("/v1/embeddings", "{}")).Status);
        Assert.Equal(404, (await server.GetAsync("/v1/files")).Status);
        Assert.Equal(403, (await server.PostAsync("/v1/adapters", "{\"name\":\"a\",\"file\":\"a.gguf\"}")).Status);
    }

    /// <summary>A body that never ends is cut at the limit, whoever sends it.</summary>
    [Fact]
    public async Task A_body_without_end_is_cut()
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { MaxBodyBytes = 4096 });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Host.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:{server.Host.Address.Port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
        var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string(' ', 1024) + "\r\n");
        var answer = Task.Run(async () =>
        {
            var buffer = new byte[1024];
            var read = await stream.ReadAsync(buffer);
            return Encoding.ASCII.GetString(buffer, 0, read);
        });
        for (var sent = 0; sent < 1000 && !answer.IsCompleted; sent++)
        {
            try
            {
                await stream.WriteAsync(chunk);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.StartsWith("HTTP/1.1 413", await answer.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        await server.IdleAsync();
    }
}
