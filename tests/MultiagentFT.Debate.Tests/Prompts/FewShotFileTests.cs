using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Prompts;

public sealed class FewShotFileTests : IDisposable
{
    private const string User = """{"role":"user","content":"1+1?"}""";
    private const string Answer = """{"content":"\\boxed{2}","role":"assistant"}""";
    private const string System = """{"role":"system","content":"Be brief."}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData($"[{User}, {Answer}]")]
    [InlineData($"\n  [\n{User},\n{Answer}]\n")]
    [InlineData($"{User}\n\n{Answer}")]
    public void Turns_are_a_list_or_lines(string content)
    {
        var prompts = new PromptSet { System = "Count." }.WithFewShot(_folder.Write("shots.json", content));

        Assert.Equal("Count.", prompts.System);
        Assert.Equal([ChatMessage.User("1+1?"), ChatMessage.Assistant("\\boxed{2}")], prompts.FewShot);
        Assert.Equal([ChatMessage.System("Count."), .. prompts.FewShot], prompts.Beginning);
        Assert.Empty(prompts.Validate());
    }

    [Fact]
    public void A_system_turn_is_that_of_the_prompts()
    {
        var path = _folder.Write("shots.jsonl", System, User, Answer, User, Answer);

        var prompts = new PromptSet().WithFewShot(path);

        Assert.Equal(("Be brief.", 4), (prompts.System, prompts.FewShot.Count));
        Assert.Equal(prompts.Beginning, prompts.WithFewShot(path).Beginning);
        Assert.Equal(
            $"{path}: expected no system turn, as another one is given already (prompts.system), found one",
            Assert.Throws<InputException>(() => new PromptSet { System = "Count." }.WithFewShot(path)).Message);
    }

    [Theory]
    [InlineData($"[{User}, {User}]", "[1].role: expected assistant, found user")]
    [InlineData($"[{System}, {Answer}]", "[1].role: expected user, found assistant")]
    [InlineData($"[{User}, {Answer}, {System}, {Answer}]", "[2].role: expected user, found system")]
    [InlineData($"[{User}, {Answer}, {User}]", "expected an assistant's turn at the end, found 3 turns, of which the last one is not answered")]
    [InlineData($"[{System}]", "expected at least a user's and an assistant's turn, found none")]
    [InlineData("[]", "expected at least a user's and an assistant's turn, found none")]
    [InlineData("", "expected at least a user's and an assistant's turn, found none")]
    [InlineData($"{User}\n{User}", "line 2.role: expected assistant, found user")]
    [InlineData("""[{"role":"user","content":"a","name":"b"}]""", "[0]: expected role and content alone, found name")]
    [InlineData("""[{"role":"user","contnt":"a"}]""", "[0]: expected role and content alone, found contnt (did you mean content?)")]
    [InlineData("""[{"role":"tool","content":"a"}]""", "[0].role: expected system, user or assistant, found tool")]
    [InlineData("""[{"role":"user"}]""", "[0].content: expected a text, found no such key")]
    [InlineData("""[{"role":"user","content":3}]""", "[0].content: expected a text, found 3")]
    [InlineData("""[{"role":"user","content":"  "},{"role":"assistant","content":"2"}]""", "[0].content: expected a text, found nothing")]
    [InlineData("[3]", "[0]: expected an object with role and content, found number")]
    [InlineData($"[{User}", "expected a JSON list of turns")]
    [InlineData("{", "line 1: expected a JSON object")]
    public void Wrong_turns_are_named(string content, string error)
    {
        var path = _folder.Write("shots.json", content);

        Assert.StartsWith($"{path}: {error}", Assert.Throws<InputException>(() => FewShotFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Turns_of_a_configuration_are_checked_alike()
    {
        ChatMessage[] turns = [ChatMessage.User("a"), ChatMessage.User(" "), ChatMessage.User("c")];

        Assert.Equal(
            [
                "prompts.fewShot[1].role: expected assistant, found user",
                "prompts.fewShot[1].content: expected a text, found nothing",
                "prompts.fewShot: expected an assistant's turn at the end, found 3 turns, of which the last one is not answered",
            ],
            new PromptSet { FewShot = turns }.Validate());
    }
}
