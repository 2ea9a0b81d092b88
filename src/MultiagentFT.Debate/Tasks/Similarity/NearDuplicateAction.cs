namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>What becomes of training problems that are nearly the same as an evaluation problem.</summary>
public enum NearDuplicateAction
{
    /// <summary>They are used, and it is said how many there are.</summary>
    Warn,

    /// <summary>They are left out, and others of the file take their place where there are any.</summary>
    Drop,

    /// <summary>Nothing is run.</summary>
    Refuse,
}
