/* reconcile:
  model: customer_segmentation
*/
-- Spend, purchases and segment by customer. Kept with its mistakes: three joins on the customer multiply each other's rows,
-- and every tier a customer holds makes a row of its own.
CREATE VIEW View_CustomerSegmentation AS
WITH CustomerSpending AS (
    SELECT
        c.CustomerID,
        c.Name AS CustomerName,
        SUM(COALESCE(ot.Amount, 0) + COALESCE(ist.Amount, 0)) AS TotalSpend,
        COUNT(DISTINCT ot.OrderID) + COUNT(DISTINCT ist.TransactionID) AS PurchaseFrequency,
        la.TierLevel
    FROM dbo.Customers c
    LEFT JOIN dbo.OnlineTransactions ot ON c.CustomerID = ot.CustomerID
    LEFT JOIN dbo.InStoreTransactions ist ON c.CustomerID = ist.CustomerID
    LEFT JOIN dbo.LoyaltyAccounts la ON c.CustomerID = la.CustomerID
    GROUP BY c.CustomerID, c.Name, la.TierLevel
),
Ranked AS (
    SELECT
        CustomerID, CustomerName, TotalSpend, PurchaseFrequency, TierLevel,
        PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY TotalSpend) OVER () AS HighValueThreshold
    FROM CustomerSpending
)
SELECT
    CustomerID,
    CustomerName,
    TotalSpend,
    PurchaseFrequency,
    TierLevel,
    CASE
        WHEN TotalSpend >= HighValueThreshold THEN 'High-Value Customer'
        WHEN PurchaseFrequency = 1 THEN 'One-Time Buyer'
        WHEN TierLevel IN ('Gold', 'Platinum') THEN 'Loyalty Champion'
        ELSE 'Regular Customer'
    END AS CustomerSegment
FROM Ranked;
