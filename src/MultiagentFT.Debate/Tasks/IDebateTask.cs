using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Where problems come from and when two answers are the same.</summary>
public interface IDebateTask
{
    /// <summary>The name in configurations, such as <c>arithmetic</c>.</summary>
    string Name { get; }

    /// <summary>Draws distinct problems of one split; the same seed gives the same problems in the same order.</summary>
    /// <exception cref="InputException">The split does not hold that many.</exception>
    IReadOnlyList<Problem> Draw(Split split, int count, Seed seed);

    /// <summary>Problems that a split holds; null where they are made as they are drawn.</summary>
    int? Available(Split split) => null;

    /// <summary>What is to be said about the problems, a sentence each.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The rules by which answers are read and compared, where they are the product's alone; null for rules of the task's own.</summary>
    GradingMode? Grading => null;

    /// <summary>Whether answers are letters of choices that stand in the question, which a reply may name in more than one way.</summary>
    bool HasChoices => false;

    /// <summary>The answer that a reply commits to, or null: the content of its last <c>\boxed{}</c>.</summary>
    string? Extract(string reply);

    /// <summary>Whether two extracted answers mean the same.</summary>
    bool Same(string left, string right);
}
