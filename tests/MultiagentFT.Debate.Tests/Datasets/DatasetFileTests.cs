using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Datasets;

public sealed class DatasetFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Files_are_chat_json_lines()
    {
        var path = _folder.File("d.jsonl");
        DatasetFile.Write(path, [new([ChatMessage.User("1+1?"), ChatMessage.Assistant("\\boxed{2}\n")])]);

        Assert.Equal(
            """{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"\\boxed{2}\n"}]}""" + "\n",
            File.ReadAllText(path));
        Assert.Equal([ChatMessage.User("1+1?"), ChatMessage.Assistant("\\boxed{2}\n")], DatasetFile.Read(path).Single().Messages);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}],"id":1}""", "user:hi", "assistant:yo")]
    [InlineData("""{"messages":[{"role":"user","content":"hi","name":"a","x":null},{"content":"yo","role":"assistant"}]}""", "user:hi", "assistant:yo")]
    [InlineData("""{"messages":[{"role":"system","content":""},{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]}""", "system:", "user:hi", "assistant:yo")]
    [InlineData("""{"prompt":"hi","completion":"yo","source":null}""", "user:hi", "assistant:yo")]
    [InlineData("""{"prompt":[{"role":"system","content":"s"},{"role":"user","content":"hi"}],"completion":[{"role":"assistant","content":"yo"}]}""", "system:s", "user:hi", "assistant:yo")]
    public void Other_forms_are_read(string line, params string[] messages) => Assert.Equal(
        messages, DatasetFile.Read(_folder.Write("d.jsonl", line)).Single().Messages.Select(message => $"{message.Role}:{message.Content}"));

    [Fact]
    public void Answers_of_the_beginning_are_context_and_stay_so_in_files()
    {
        var path = _folder.File("d.jsonl");
        var example = ChatExample.After(
            [ChatMessage.System("s"), ChatMessage.User("0+1?"), ChatMessage.Assistant("1")], [ChatMessage.User("1+1?"), ChatMessage.Assistant("3"), ChatMessage.User("Sure?"), ChatMessage.Assistant("2")]);
        DatasetFile.Write(path, [example]);

        Assert.Equal(
            """{"messages":[{"role":"system","content":"s"},{"role":"user","content":"0+1?"},{"role":"assistant","content":"1","weight":0},{"role":"user","content":"1+1?"},"""
                + """{"role":"assistant","content":"3"},{"role":"user","content":"Sure?"},{"role":"assistant","content":"2"}]}""" + "\n",
            File.ReadAllText(path));
        var read = DatasetFile.Read(path).Single();
        Assert.Equal(example.Messages, read.Messages);
        Assert.Equal([2], read.Context);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":1},{"role":"user","content":"c"},{"role":"assistant","content":"d","weight":null}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a","weight":0},{"role":"assistant","content":"b"}]}""")]
    [InlineData("""{"prompt":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0},{"role":"user","content":"c"}],"completion":"d"}""", 1)]
    public void Weights_of_answers_say_which_are_context(string line, params int[] context) =>
        Assert.Equal(context, DatasetFile.Read(_folder.Write("d.jsonl", line)).Single().Context);

    [Fact]
    public void WhatComesAfterTheLastLearnedTurnIsLeftOut()
    {
        var read = DatasetFile.Read(_folder.Write(
            "d.jsonl",
            """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0},{"role":"user","content":"c"},{"role":"assistant","content":"d"},{"role":"user","content":"e"},{"role":"assistant","content":"f","weight":0}]}""")).Single();

        Assert.Equal([ChatMessage.User("a"), ChatMessage.Assistant("b"), ChatMessage.User("c"), ChatMessage.Assistant("d")], read.Messages);
        Assert.Equal([1], read.Context);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y","weight":0}]}""", "messages: expected an assistant message whose weight is not 0, found none")]
    [InlineData("""{"messages":[{"role":"system","content":"s"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d","weight":0}]}""", "messages: expected a user message before an answer that is learned, found none")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y","weight":0.5}]}""", "messages[1].weight: expected 0 or 1, found 0.5")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y","weight":"0"}]}""", "messages[1].weight: expected 0 or 1, found a text")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"},{"role":"assistant","content":"y"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":" "},{"role":"assistant","content":"y"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"assistant","content":"y"}]}""", "messages: expected at least")]
    [InlineData("""{"messages":[{"role":"system","content":"x"},{"role":"assistant","content":"y"}]}""", "a user message")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"user","content":"y"}]}""", "messages[1].role: expected assistant")]
    [InlineData("""{"messages":[null,{"role":"assistant","content":"y"}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user"},{"role":"assistant","content":"y"}]}""", "content")]
    [InlineData("""{"messages":null}""", "messages")]
    [InlineData("""{"prompt":"x"}""", "completion: expected a text or messages beside prompt, found no such key")]
    [InlineData("""{"prompt":"x","completion":null}""", "completion: expected a text, found null")]
    [InlineData("""{"prompt":[null],"completion":"y"}""", "prompt[0]: expected a message, found null")]
    [InlineData("""{"text":"x"}""", "expected messages, or prompt and completion, found neither")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud83d"},{"role":"assistant","content":"y"}]}""", "half of a surrogate pair")]
    [InlineData("[1]", "expected a JSON object")]
    [InlineData("""{"messages":[""", "line 2")]
    public void Wrong_lines_are_named(string line, string named)
    {
        var path = _folder.Write("d.jsonl", """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]}""", line);

        var error = Assert.Throws<InputException>(() => DatasetFile.Read(path));

        Assert.StartsWith($"{path}: line 2:", error.Message);
        Assert.Contains(named, error.Message);
    }

    public void Dispose() => _folder.Dispose();
}
