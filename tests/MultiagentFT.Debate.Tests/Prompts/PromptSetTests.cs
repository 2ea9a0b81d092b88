using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;

namespace MultiagentFT.Debate.Tests.Prompts;

public sealed class PromptSetTests
{
    private readonly PromptSet _prompts = new() { Solve = "Solve: {question}", Summarize = "{question} | {answers}", Revise = "[{summary}]" };

    [Fact]
    public void What_is_filled_in_may_hold_the_names_of_placeholders()
    {
        const string Question = "A test has $n_{\\text{answers}}$ boxes, {answers} and {question}. How many?";

        Assert.Equal("Solve: " + Question, _prompts.SolveMessage(Question).Content);
        Assert.Equal($"{Question} | (1) five {{answers}}\n(2) six", _prompts.SummarizeMessage(Question, ["five {answers}", "six"]).Content);
        Assert.Equal("[{summary} {question}]", _prompts.ReviseMessage("{summary} {question}").Content);
    }

    [Fact]
    public void Other_braces_are_text() =>
        Assert.Equal("\\boxed{answer} {0} {} {Question} Q", (_prompts with { Solve = "\\boxed{answer} {0} {} {Question} {question}" }).SolveMessage("Q").Content);

    [Theory]
    [InlineData("no placeholder", "prompts.solve: expected the placeholder {question}")]
    [InlineData("{question} {answers}", "prompts.solve: expected {question} alone, found {answers}")]
    public void Wrong_placeholders_are_named(string solve, string error) => Assert.Equal([error], (_prompts with { Solve = solve }).Validate());

    [Theory]
    [InlineData("You are {name}.", "prompts.identify: expected the placeholder {id}")]
    [InlineData("{id} {summary}", "prompts.identify: expected {id} alone, found {summary}")]
    public void A_wrong_text_of_ids_is_named(string identify, string error) => Assert.Equal([error], (_prompts with { Identify = identify }).Validate());

    [Fact]
    public void A_wrong_text_of_working_together_is_named() =>
        Assert.Equal(["prompts.cooperate: expected the placeholder {summary}"], (_prompts with { Cooperate = "Work together." }).Validate());

    [Fact]
    public void An_id_stands_before_the_prompt_whatever_that_holds() =>
        Assert.Equal("Agent 12: Solve: {id}", (_prompts with { Identify = "Agent {id}:" }).Identified(12, _prompts.SolveMessage("{id}")).Content);

    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new PromptSet().Validate());

    [Fact]
    public void A_system_text_is_a_turn_before_everything()
    {
        Assert.Empty(new PromptSet().Beginning);
        Assert.Equal([ChatMessage.System("Be {question}.")], new PromptSet { System = "Be {question}." }.Beginning);
    }
}
