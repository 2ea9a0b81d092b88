using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Serving.Tests;

public sealed class QuestionTests
{
    [Theory]
    [InlineData("What is 4+23*6+24-24*12?")]
    [InlineData("4+23*6+24-24*12")]
    [InlineData(" what is 4 + 23 * 6 + 24 - 24 * 12 ? ")]
    public void The_tasks_own_questions_have_a_truth(string question)
    {
        var problem = Question.Read(question).Problem;

        Assert.Equal(("4+23*6+24-24*12", "What is 4+23*6+24-24*12?", "-122"), (problem.Id, problem.Question, problem.Answer));
    }

    [Theory]
    [InlineData("What is 30+1*1+1-1*1?")]
    [InlineData("What is 1+1?")]
    [InlineData("Why?")]
    public void Nothing_is_claimed_of_others(string question)
    {
        var problem = Question.Read(question).Problem;

        Assert.Equal((question, null), (problem.Question, problem.Answer));
    }

    [Theory]
    [InlineData("What is 4+23*6+24-24*12?")]
    [InlineData("What is half of 1?")]
    public void Answers_are_compared_as_the_mode_says(string question)
    {
        Assert.True(Question.Read(question).Task.Same("41+1", "42"));
        Assert.False(Question.Read(question, GradingMode.Strict).Task.Same("41+1", "42"));
    }
}
