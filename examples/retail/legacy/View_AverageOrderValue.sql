/* reconcile:
  model: average_order_value_by_product
*/
-- Average order value by product and store. Kept with its mistakes: an online order has no store, so the stores of the
-- customer's visits are joined to it, and every visit repeats the order.
CREATE VIEW View_AverageOrderValue AS
SELECT
    p.ProductID,
    p.Name AS ProductName,
    p.Category,
    s.Location AS StoreLocation,
    CAST(SUM(ot.Amount) / COUNT(ot.OrderID) AS DECIMAL(10, 2)) AS AverageOrderValue
FROM dbo.OnlineTransactions ot
JOIN dbo.Products p ON ot.ProductID = p.ProductID
LEFT JOIN dbo.InStoreTransactions ist ON ot.CustomerID = ist.CustomerID
LEFT JOIN dbo.Stores s ON ist.StoreID = s.StoreID
GROUP BY p.ProductID, p.Name, p.Category, s.Location;
