namespace MultiagentFT.Runs.Configuration;

/// <summary>The methods a run compares; JSON has the names of <see cref="MethodNames.Key"/>.</summary>
public enum Method
{
    /// <summary>One answer of the base model.</summary>
    Base,

    /// <summary>Vote over N answers of the base model.</summary>
    Majority,

    /// <summary>Debate of N base agents, vote at the end.</summary>
    Debate,

    /// <summary>One adapter, finetuned on all its answers that match the vote; vote over N of its answers ("Majority FT").</summary>
    SingleAgentFt,

    /// <summary>N generators and N critics, each finetuned on its own set; debate, vote at the end.</summary>
    MultiagentFt,
}
