namespace MultiagentFT.Debate.Tasks;

/// <summary>A problem made from a random source.</summary>
public interface IGeneratedProblem
{
    /// <summary>Which problem this is: those with the same id have the same question.</summary>
    string Id { get; }

    /// <summary>The split that it belongs to, whatever it was drawn for.</summary>
    Split Split { get; }

    /// <summary>What is asked.</summary>
    string Question { get; }

    /// <summary>The right answer: a whole number or a fraction in lowest terms.</summary>
    string Answer { get; }
}
